#pragma once

#include "runtime/values.hpp"

#include <caf/inspector_access.hpp>

/// The binary form of values in messages between actors and nodes. A text value travels as its string, so that the
/// receiver validates it as it validates stored text (read_stored). An enumeration travels as its number.
namespace caf {

template <ainft::runtime::text T>
struct inspector_access<T> : inspector_access_base<T> {
  template <class Inspector>
  static bool apply(Inspector& f, T& x) {
    auto get = [&x] { return std::string{x.str()}; };
    auto set = [&x](std::string text) -> error {
      auto parsed = ainft::runtime::read_stored<T>(text);
      if (!parsed)
        return std::move(parsed.error());
      x = std::move(*parsed);
      return {};
    };
    return f.apply(get, set);
  }
};

template <ainft::runtime::named_enum E>
struct inspector_access<E> : inspector_access_base<E> {
  template <class Inspector>
  static bool apply(Inspector& f, E& x) {
    auto get = [&x] { return static_cast<uint8_t>(x); };
    auto set = [&x](uint8_t value) {
      if (value >= enum_names(x).size())
        return false;
      x = static_cast<E>(value);
      return true;
    };
    return f.apply(get, set);
  }
};

} // namespace caf
