#pragma once

#include "runtime/codec/json_writer.hpp"
#include "tests/support/values.hpp"

#include <random>

namespace ainft::random_values {

/// Candidate texts for value types. Each type uses the texts that are valid for it.
inline const std::vector<std::string>& texts() {
  static const auto all = [] {
    std::vector<std::string> out{"",   "a",    "Dawn",     "two words", "1",      "2",     "5",
                                 "10", "1000", "studio-a", "studio-b",  "call_1", "call_2"};
    for (const auto* tool : {"make_job", "draft_nft", "list_nft", "place_bid", "reply"})
      out.insert(out.end(), 3, tool);
    out.insert(out.end(), {R"({"text":"It is done."})", std::string(64, '1'), std::string(64, 'a')});
    for (uint8_t n : {1, 2})
      out.push_back(testing_values::wallet(n).str());
    for (uint8_t n : {1, 2}) {
      std::array<uint8_t, 64> bytes;
      bytes.fill(n);
      out.push_back(solana::signature{bytes}.str());
    }
    return out;
  }();
  return all;
}

template <class T>
const std::vector<T>& valid_texts() {
  static const auto all = [] {
    std::vector<T> out;
    for (const auto& t : texts())
      if (auto parsed = T::parse(t))
        out.push_back(*parsed);
    return out;
  }();
  if (all.empty())
    throw std::logic_error{"no sample text is valid for this type"};
  return all;
}

/// Fills described types. The values come from small pools, so that different commands often have the same ones: an id
/// often names an existing object, and an amount is often the requested one. The same seed gives the same values.
class filler {
public:
  static constexpr bool is_loading = true;
  static constexpr bool has_human_readable_format() { return true; }

  explicit filler(uint64_t seed) : random_{seed} {}

  runtime::time_point now = testing_values::at(); ///< times are close to this one

  /// A random number below `n`.
  uint64_t below(uint64_t n) { return random_() % n; }
  bool one_in(uint64_t n) { return below(n) == 0; }
  template <class T>
  const T& any_of(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  runtime::uuid id() {
    runtime::uuid out;
    out.bytes.fill(static_cast<uint8_t>(1 + below(2)));
    return out;
  }
  /// A unique id.
  runtime::uuid new_id() {
    runtime::uuid out;
    for (auto& byte : out.bytes)
      byte = static_cast<uint8_t>(below(256));
    return out;
  }
  template <class T>
  T make() {
    T out{};
    value(out);
    return out;
  }

  template <class T>
  struct plain_field {
    T& value;
    template <class U>
    plain_field&& fallback(U&&) && {
      return std::move(*this);
    }
  };
  struct object_scope {
    filler& f;
    template <class... Fields>
    bool fields(Fields&&... fs) {
      (f.value(fs.value), ...);
      return true;
    }
  };
  template <class T>
  object_scope object(T&) {
    return {*this};
  }
  template <class T>
  plain_field<T> field(std::string_view, T& value) {
    return {value};
  }
  template <class Get, class Set>
  bool apply(Get&& get, Set&& set) {
    auto x = get();
    value(x);
    return set(std::move(x));
  }

  template <class T>
  void value(T& x) {
    if constexpr (std::same_as<T, bool>) {
      x = one_in(2);
    } else if constexpr (runtime::named_enum<T>) {
      x = static_cast<T>(below(enum_names(x).size()));
    } else if constexpr (std::integral<T>) {
      static const std::vector<uint64_t> some{0, 1, 1, 2, 3, 5, 60, 100, 1000};
      x = static_cast<T>(std::min<uint64_t>(any_of(some), std::numeric_limits<T>::max()));
    } else if constexpr (std::floating_point<T>) {
      x = static_cast<T>(below(5)) / 4;
    } else if constexpr (std::same_as<T, std::string>) {
      x = any_of(texts());
    } else if constexpr (std::same_as<T, runtime::uuid>) {
      x = id();
    } else if constexpr (std::same_as<T, runtime::time_point>) {
      x = now + std::chrono::seconds{static_cast<int64_t>(below(300)) - 60};
    } else if constexpr (requires { T::prefix; }) {
      x = T{id()};
    } else if constexpr (requires { T::names(); }) {
      x = T{any_of(T::names())};
    } else if constexpr (runtime::text<T>) {
      x = any_of(valid_texts<T>());
    } else if constexpr (std::same_as<T, runtime::raw_json>) {
      x.text = "{}";
    } else if constexpr (requires {
                           x.has_value();
                           x.emplace();
                         }) {
      x.reset();
      if (one_in(2))
        value(x.emplace());
    } else if constexpr (requires { typename T::mapped_type; }) {
      x.clear();
    } else if constexpr (requires { x.emplace_back(); }) {
      x.clear();
      for (auto n = below(4); n > 0; --n)
        value(x.emplace_back());
    } else if constexpr (requires { std::tuple_size<T>::value; }) {
      for (auto& each : x)
        value(each);
    } else {
      inspect(*this, x);
    }
  }

private:
  std::mt19937_64 random_;
};

} // namespace ainft::random_values
