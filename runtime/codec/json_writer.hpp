#pragma once

#include "runtime/values.hpp"

#include <caf/error.hpp>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ainft::runtime {

/// JSON text that the writer inserts unchanged.
struct raw_json {
  std::string text = "null";
  friend bool operator==(const raw_json&, const raw_json&) = default;
};

/// Converts a name from snake_case (C++) to camelCase (JSON): "bid_count" becomes "bidCount".
[[nodiscard]] std::string wire_name(std::string_view name);

/// Appends `text` to `out` as a JSON string (RFC 8259, section 7).
void append_quoted(std::string& out, std::string_view text);

/// `text` as a JSON string. Accepts any bytes: replaces bytes that are not UTF-8 with U+FFFD.
[[nodiscard]] std::string json_quoted(std::string_view text);

/// Appends `key` to a JSON Pointer (RFC 6901, section 3).
void append_pointer(std::string& to, std::string_view key);

/// Which members of a described type are in its JSON, and under which names: those that are stored and sent, or those
/// that clients see in events. They differ by the marks `shown_as` and `not_shown`.
enum class json_form { stored, shown };

namespace described {

template <json_form Form>
struct written_facts {};
template <>
struct written_facts<json_form::shown> {
  field_facts facts = {};
};

} // namespace described

/// Writes a described type as JSON directly into a string. It is an inspector in CAF's sense: it calls `inspect(f, x)`.
/// Leaves out empty optionals.
template <json_form Form>
class basic_json_writer {
public:
  static constexpr bool is_loading = false;

  explicit basic_json_writer(std::string& out) : out_{out} {}

  static constexpr bool has_human_readable_format() { return true; }

  template <class T>
  struct plain_field : described::written_facts<Form> {
    std::string_view name;
    const T& value;
    plain_field(std::string_view its_name, const T& its_value) : name{its_name}, value{its_value} {}
    template <class U>
    plain_field&& fallback(U&&) && {
      return std::move(*this);
    }
    void write(basic_json_writer& f, bool& first) const {
      if constexpr (Form == json_form::shown) {
        if (!this->facts.is_hidden)
          write_as(this->facts.shown_name.empty() ? name : this->facts.shown_name, f, first);
      } else {
        write_as(name, f, first);
      }
    }
    void write_as(std::string_view as, basic_json_writer& f, bool& first) const {
      if constexpr (requires {
                      value.has_value();
                      *value;
                    }) {
        if (value.has_value())
          f.member(as, *value, first);
      } else {
        f.member(as, value, first);
      }
    }
  };

  struct object_scope {
    basic_json_writer& f;
    template <class... Fields>
    bool fields(Fields&&... fs) {
      f.out_ += '{';
      [[maybe_unused]] bool first = true;
      (fs.write(f, first), ...);
      f.out_ += '}';
      return true;
    }
  };

  template <class T>
  object_scope object(const T&) {
    return {*this};
  }

  template <class T>
  plain_field<T> field(std::string_view name, const T& value) {
    return {name, value};
  }

  template <class T>
  bool apply(const T& x) {
    value(x);
    return true;
  }

  template <class Get, class Set>
  bool apply(Get&& get, Set&&) {
    value(get());
    return true;
  }

  template <class T>
  void value(const T& x) {
    if constexpr (std::same_as<T, bool>) {
      out_ += x ? "true" : "false";
    } else if constexpr (named_enum<T>) {
      append_quoted(out_, name_of(x));
    } else if constexpr (std::floating_point<T>) {
      number(std::isfinite(x) ? x : T{});
    } else if constexpr (std::integral<T>) {
      number(x);
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      append_quoted(out_, x);
    } else if constexpr (text<T>) {
      append_quoted(out_, x.str());
    } else if constexpr (std::same_as<T, raw_json>) {
      out_ += x.text;
    } else if constexpr (requires { typename T::mapped_type; }) {
      out_ += '{';
      bool first = true;
      for (const auto& [key, item] : x)
        key_and_value(key, item, first);
      out_ += '}';
    } else if constexpr (requires {
                           x.begin();
                           x.end();
                         }) {
      out_ += '[';
      bool first = true;
      for (const auto& item : x) {
        if (!first)
          out_ += ',';
        first = false;
        value(item);
      }
      out_ += ']';
    } else {
      inspect(*this, const_cast<T&>(x));
    }
  }

private:
  template <class T>
  void member(std::string_view name, const T& x, bool& first) {
    if (!first)
      out_ += ',';
    first = false;
    out_ += '"';
    for (size_t i = 0; i < name.size(); ++i)
      out_ += name[i] == '_' && i + 1 < name.size() ? static_cast<char>(name[++i] - 'a' + 'A') : name[i];
    out_ += "\":";
    value(x);
  }

  template <class T>
  void key_and_value(std::string_view key, const T& x, bool& first) {
    if (!first)
      out_ += ',';
    first = false;
    append_quoted(out_, key);
    out_ += ':';
    value(x);
  }

  template <class T>
  void number(T x) {
    char buffer[32];
    auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, x);
    out_.append(buffer, end);
  }

  std::string& out_;
};

using json_writer = basic_json_writer<json_form::stored>;

/// Any described value as JSON, in the form for clients.
template <class T>
[[nodiscard]] std::string to_shown_json(const T& x) {
  std::string out;
  basic_json_writer<json_form::shown>{out}.value(x);
  return out;
}

/// Any described value as JSON.
template <class T>
[[nodiscard]] std::string to_json(const T& x) {
  std::string out;
  json_writer{out}.value(x);
  return out;
}

} // namespace ainft::runtime
