#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/errors.hpp"

#include <array>
#include <chrono>
#include <compare>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ainft::runtime {

/// How a JSON Schema describes a text value.
struct text_schema {
  std::string_view format;       ///< `format`; empty for none
  std::string_view description;  ///< the rule in words; also the error message for an invalid value
  std::string_view pattern;      ///< ECMA 262 pattern; empty for none
  std::string_view example = {}; ///< a valid value; empty for none
};

/// The base of value types whose JSON form is a string. A derived type T has
/// `static result<T> parse(std::string_view)`, `std::string str() const` and `static constexpr text_schema schema`.
/// Every existing object is valid.
struct text_value {
  friend auto operator<=>(const text_value&, const text_value&) = default;
};

template <class T>
concept text = std::derived_from<T, text_value> && requires(const T& x, std::string_view s) {
  { T::parse(s) } -> std::same_as<result<T>>;
  { x.str() } -> std::convertible_to<std::string>;
};

/// Reads a value that was accepted earlier: from the journal, a row or another node. If the rules of a type became
/// stricter, the type has a function `stored` besides `parse`. `stored` accepts what the rules of any time allowed.
template <text T>
[[nodiscard]] result<T> read_stored(std::string_view text) {
  if constexpr (requires { T::stored(text); })
    return T::stored(text);
  else
    return T::parse(text);
}

/// An enumeration with `constexpr auto enum_names(E)`: an array of names, indexed by value.
template <class T>
concept named_enum = std::is_enum_v<T> && requires(T x) {
  enum_names(x).size();
};

template <named_enum E>
[[nodiscard]] constexpr std::string_view name_of(E value) noexcept {
  return enum_names(value)[static_cast<size_t>(value)];
}

template <named_enum E>
[[nodiscard]] constexpr std::optional<E> enum_from(std::string_view name) noexcept {
  const auto names = enum_names(E{});
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == name)
      return static_cast<E>(i);
  return std::nullopt;
}

/// The allowed names as an error message.
template <class Names>
[[nodiscard]] std::string one_of_rule(const Names& names) {
  std::string out;
  for (const auto& name : names)
    out.append(out.empty() ? "must be one of " : ", ").append(name);
  return out;
}

template <named_enum E>
[[nodiscard]] std::string enum_rule() {
  return one_of_rule(enum_names(E{}));
}

/// A moment in UTC with PostgreSQL's resolution of one microsecond. In JSON: RFC 3339.
class time_point : public text_value {
public:
  using rep = std::chrono::sys_time<std::chrono::microseconds>;
  static constexpr text_schema schema{"date-time", "must be an RFC 3339 time such as 2030-01-31T12:00:00Z", "",
                                      "2030-01-31T12:00:00.000000Z"};

  constexpr time_point() = default;
  constexpr explicit time_point(rep at) : at_{at} {}
  static result<time_point> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  [[nodiscard]] constexpr rep get() const noexcept { return at_; }
  [[nodiscard]] constexpr int64_t unix_seconds() const noexcept {
    return std::chrono::floor<std::chrono::seconds>(at_).time_since_epoch().count();
  }

  friend constexpr auto operator<=>(const time_point&, const time_point&) = default;
  friend constexpr time_point operator+(time_point a, std::chrono::microseconds d) { return time_point{a.at_ + d}; }
  friend constexpr time_point operator-(time_point a, std::chrono::microseconds d) { return time_point{a.at_ - d}; }
  friend constexpr std::chrono::microseconds operator-(time_point a, time_point b) { return a.at_ - b.at_; }

private:
  rep at_{};
};

/// The source of time. It is a parameter, so that tests can set it.
class clock {
public:
  virtual ~clock() = default;
  [[nodiscard]] virtual time_point now() const = 0;
};

[[nodiscard]] const clock& system_clock() noexcept;

/// The 16 bytes of a UUID. New ones have version 7 (RFC 9562, section 5.7) and sort by their creation time.
struct uuid {
  std::array<uint8_t, 16> bytes{};

  static uuid make();
  /// The same UUID for the same time and text. For objects that must not be created twice.
  static uuid derived(time_point at, std::string_view from);
  static std::optional<uuid> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool is_nil() const noexcept { return bytes == std::array<uint8_t, 16>{}; }
  friend auto operator<=>(const uuid&, const uuid&) = default;
};
AINFT_DESCRIBE(uuid, bytes)

/// The 26 characters of a TypeID suffix (TypeID 0.3: Crockford's base 32, lower case), and back.
[[nodiscard]] std::string typeid_suffix(const uuid& id);
[[nodiscard]] std::string typeid_text(std::string_view prefix, const uuid& id);
[[nodiscard]] std::optional<uuid> parse_typeid(std::string_view prefix, std::string_view text);
/// The UUID in a TypeID with any prefix.
[[nodiscard]] std::optional<uuid> parse_any_typeid(std::string_view text);

template <size_t N>
struct fixed_string {
  char chars[N]{};
  constexpr fixed_string(const char (&text)[N]) {
    for (size_t i = 0; i < N; ++i)
      chars[i] = text[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {chars, N - 1}; }
};

/// A TypeID: a prefix for the kind, and a UUIDv7.
template <fixed_string Prefix>
class typed_id : public text_value {
public:
  static constexpr std::string_view prefix = Prefix.view();
  static constexpr text_schema schema{"", "must be a TypeID with the prefix of its kind", ""};

  typed_id() = default;
  explicit typed_id(const uuid& id) : id_{id} {}
  static typed_id make() { return typed_id{uuid::make()}; }
  static result<typed_id> parse(std::string_view text) {
    if (auto id = parse_typeid(prefix, text))
      return typed_id{*id};
    return refuse(errc::validation_failed,
                  "must be an id of the form " + std::string{prefix} + "_ and 26 characters of base32");
  }
  [[nodiscard]] std::string str() const { return typeid_text(prefix, id_); }
  [[nodiscard]] const uuid& get() const noexcept { return id_; }
  [[nodiscard]] bool is_nil() const noexcept { return id_.is_nil(); }
  friend auto operator<=>(const typed_id&, const typed_id&) = default;

private:
  uuid id_;
};

/// The longest prefix of `text` that has at most `most` bytes and does not split a UTF-8 character.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, size_t most) noexcept;

/// Checks that a text has `min` to `max` bytes of well-formed UTF-8 and no control characters. Line breaks and tabs are
/// allowed only if `max` is greater than 256.
[[nodiscard]] caf::error check_text(std::string_view text, size_t min, size_t max);

template <size_t Min, size_t Max>
class bounded_text : public text_value {
public:
  static constexpr text_schema schema{"", "text with a length limit", ""};
  static constexpr size_t min_length = Min;
  static constexpr size_t max_length = Max;

  static result<bounded_text> parse(std::string_view text) {
    if (auto bad = check_text(text, Min, Max))
      return bad;
    bounded_text out;
    out.text_ = text;
    return out;
  }
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const bounded_text&, const bounded_text&) = default;

private:
  std::string text_;
};

/// A name in a URL: 3 to 48 lower-case letters, digits and single inner hyphens.
class slug : public text_value {
public:
  static constexpr text_schema schema{"", "must be 3 to 48 lowercase letters, digits and single hyphens between them",
                                      "^[a-z0-9]+(-[a-z0-9]+)*$", "dawn-studio"};
  static constexpr size_t min_length = 3, max_length = 48;
  static result<slug> parse(std::string_view text);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const slug&, const slug&) = default;

private:
  std::string text_;
};

} // namespace ainft::runtime

template <>
struct std::hash<ainft::runtime::uuid> {
  size_t operator()(const ainft::runtime::uuid& id) const noexcept {
    // The last eight bytes of a UUIDv7 are random.
    uint64_t tail = 0;
    __builtin_memcpy(&tail, id.bytes.data() + 8, 8);
    return tail;
  }
};
