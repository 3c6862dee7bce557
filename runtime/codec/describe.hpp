#pragma once

#include <boost/preprocessor/control/if.hpp>
#include <boost/preprocessor/punctuation/comma_if.hpp>
#include <boost/preprocessor/punctuation/is_begin_parens.hpp>
#include <boost/preprocessor/punctuation/remove_parens.hpp>
#include <boost/preprocessor/seq/for_each_i.hpp>
#include <boost/preprocessor/stringize.hpp>
#include <boost/preprocessor/tuple/elem.hpp>
#include <boost/preprocessor/variadic/size.hpp>
#include <boost/preprocessor/variadic/to_seq.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

/// Describes the members of a structure once, in the order in which they are written. JSON, the binary form, JSON
/// Schema and random test values all use this description. Write it after the structure, in the same namespace:
///
///   AINFT_DESCRIBE(place_bid, id, amount)
///
/// By default, the JSON name of a member is its C++ name in camelCase. `(usual, "default")` gives the member `usual`
/// the name "default". A reader requires every member except std::optional members and `defaulted` members. If the
/// input has no value for a `defaulted` member, `(description, defaulted)`, the member gets the default of the
/// structure. The members of a `flattened` structure, `(found, flattened)`, are written among the members of the outer
/// structure.
///
/// Two more marks are for the API description. `(note, about("for the seller"))` says what a member is. `between(1, 5)`
/// limits a number, or the number of items of an array; json_reader refuses other values in requests. Marks can be
/// combined: `(usual, "default", defaulted, between(1, 5), about("how often"))`.
///
/// A stored event may show its members to clients under other names: `(transaction, shown_as("transaction_id"))`, or
/// not at all: `(worker, not_shown)`. See json_form::shown in json_writer.hpp.
#define AINFT_DESCRIBE(type, ...)                                                                           \
  template <class Inspector, class Then>                                                                    \
  auto with_fields([[maybe_unused]] Inspector& f, [[maybe_unused]] type& x, Then then) {                    \
    using described_type [[maybe_unused]] = type;                                                           \
    return then(__VA_OPT__(BOOST_PP_SEQ_FOR_EACH_I(AINFT_FIELD, , BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__)))); \
  }                                                                                                         \
  template <class Inspector>                                                                                \
  bool inspect(Inspector& f, type& x) {                                                                     \
    return with_fields(f, x, ::ainft::runtime::fields_into{f.object(x)});                                   \
  }

/// Defines an enumeration. By default, the text name of a value is its C++ name. A pair gives a value another name:
///
///   AINFT_ENUM(visibility, studio, (everyone, "public"))
#define AINFT_ENUM(type, ...)                                                                                       \
  enum class type : uint8_t { BOOST_PP_SEQ_FOR_EACH_I(AINFT_ENUM_VALUE, , BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__)) }; \
  constexpr auto enum_names(type) {                                                                                 \
    return std::array<std::string_view, BOOST_PP_VARIADIC_SIZE(__VA_ARGS__)>{                                       \
      BOOST_PP_SEQ_FOR_EACH_I(AINFT_ENUM_NAME, , BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))};                           \
  }

/// Says what a described type is, for the API description. Write it after AINFT_DESCRIBE.
#define AINFT_ABOUT(type, text) \
  [[maybe_unused]] constexpr auto about_type(const type*) { return std::string_view{text}; }

#define AINFT_FIELD(r, data, i, member) \
  BOOST_PP_COMMA_IF(i) BOOST_PP_IF(BOOST_PP_IS_BEGIN_PARENS(member), AINFT_MARKED_FIELD, AINFT_PLAIN_FIELD)(member)
#define AINFT_PLAIN_FIELD(member) f.field(#member, x.member)
#define AINFT_MARKED_FIELD(member) AINFT_MARKED_FIELD_OF(BOOST_PP_TUPLE_ELEM(0, member), BOOST_PP_REMOVE_PARENS(member))
#define AINFT_MARKED_FIELD_OF(name, ...) AINFT_MARKED_FIELD_WITH(name, __VA_ARGS__)
#define AINFT_MARKED_FIELD_WITH(name, same, ...) \
  ::ainft::runtime::described::field(            \
    f, BOOST_PP_STRINGIZE(name), x.name, ::ainft::runtime::default_of<described_type>().name, __VA_ARGS__)
#define AINFT_ENUM_VALUE(r, data, i, value) \
  BOOST_PP_COMMA_IF(i) BOOST_PP_IF(BOOST_PP_IS_BEGIN_PARENS(value), AINFT_FIRST, BOOST_PP_REMOVE_PARENS)(value)
#define AINFT_ENUM_NAME(r, data, i, value) \
  BOOST_PP_COMMA_IF(i) BOOST_PP_IF(BOOST_PP_IS_BEGIN_PARENS(value), AINFT_SECOND, BOOST_PP_STRINGIZE)(value)
#define AINFT_FIRST(tuple) BOOST_PP_TUPLE_ELEM(0, tuple)
#define AINFT_SECOND(tuple) BOOST_PP_TUPLE_ELEM(1, tuple)

namespace ainft::runtime {

template <class T>
const T& default_of() {
  static const T value{};
  return value;
}

namespace described {

template <class T>
constexpr bool is_tuple = false;
template <class... Ts>
constexpr bool is_tuple<std::tuple<Ts...>> = true;

} // namespace described

/// Passes fields to an inspector's object scope. A flattened member arrives as a tuple of fields.
template <class Scope>
struct fields_into {
  Scope scope;

  template <class... Fields>
  bool operator()(Fields&&... fields) {
    if constexpr ((described::is_tuple<std::decay_t<Fields>> || ...))
      return std::apply([this](auto&&... all) { return scope.fields(std::move(all)...); },
                        std::tuple_cat(as_tuple(std::move(fields))...));
    else
      return scope.fields(std::forward<Fields>(fields)...);
  }

private:
  template <class T>
  static auto as_tuple(T x) {
    if constexpr (described::is_tuple<T>)
      return x;
    else
      return std::make_tuple(std::move(x));
  }
};

template <class Scope>
fields_into(Scope) -> fields_into<Scope>;

/// What a field's marks say beyond its name and type.
struct field_facts {
  std::string_view about;      ///< empty for none
  double low = 0, high = -1;   ///< limits, both inclusive; none if `high` is less than `low`
  std::string_view selector;   ///< JSON name of the member that decides whether this one may be present; empty for none
  std::string_view selected;   ///< values of that member, separated by spaces, with which this one may be present
  bool is_needed = false;      ///< whether it must be present then
  std::string_view choices;    ///< allowed values of an enumeration, separated by spaces; empty for all
  std::string_view shown_name; ///< C++ form of the name that clients see; empty if it is the stored one
  bool is_hidden = false;      ///< whether clients never see it
  [[nodiscard]] constexpr bool has_limits() const noexcept { return low <= high; }
};

/// Implements the marks of AINFT_DESCRIBE.
namespace described {

struct defaulted_mark {};
struct flattened_mark {};
struct about_mark {
  std::string_view text;
};
struct between_mark {
  double low, high;
};
struct choices_mark {
  std::string_view values;
};
struct selected_mark {
  std::string_view selector, values;
  bool is_needed;
};

struct shown_as_mark {
  std::string_view name;
};
struct not_shown_mark {};

constexpr void put(std::string_view& to, const char* name) { to = name; }
constexpr void put(std::string_view&, auto) {}
constexpr void put(field_facts& to, about_mark m) { to.about = m.text; }
constexpr void put(field_facts& to, between_mark m) { to.low = m.low, to.high = m.high; }
constexpr void put(field_facts& to, choices_mark m) { to.choices = m.values; }
constexpr void put(field_facts& to, selected_mark m) {
  to.selector = m.selector, to.selected = m.values, to.is_needed = m.is_needed;
}
constexpr void put(field_facts& to, shown_as_mark m) { to.shown_name = m.name; }
constexpr void put(field_facts& to, not_shown_mark) { to.is_hidden = true; }
constexpr void put(field_facts&, auto) {}

template <class Mark, class... Marks>
constexpr bool has = (std::is_same_v<Mark, std::decay_t<Marks>> || ...);

template <class Inspector, class Member, class... Marks>
auto field(Inspector& f, std::string_view name, Member& member, const Member& usual, Marks... marks) {
  if constexpr (has<flattened_mark, Marks...>) {
    return with_fields(f, member, [](auto&&... fields) { return std::make_tuple(std::move(fields)...); });
  } else {
    (put(name, marks), ...);
    auto out = f.field(name, member);
    if constexpr (requires { out.facts; })
      (put(out.facts, marks), ...);
    if constexpr (has<defaulted_mark, Marks...>)
      return std::move(out).fallback(usual);
    else
      return out;
  }
}

} // namespace described

inline constexpr described::defaulted_mark defaulted;
inline constexpr described::flattened_mark flattened;

/// In the form for clients, the member is left out.
inline constexpr described::not_shown_mark not_shown;

/// In the form for clients, the member has this name, in snake_case.
[[nodiscard]] constexpr described::shown_as_mark shown_as(std::string_view name) { return {name}; }

/// Says what a field is, in one or more sentences for the readers of the API description.
[[nodiscard]] constexpr described::about_mark about(std::string_view text) { return {text}; }

/// Limits a number, or the number of items of an array. Both limits are allowed values.
[[nodiscard]] constexpr described::between_mark between(double low, double high) { return {low, high}; }

/// Limits an enumeration to these values, separated by spaces. json_reader refuses the others in requests.
[[nodiscard]] constexpr described::choices_mark one_of(std::string_view values) { return {values}; }

/// Requires an optional member if the enumeration `selector` (its JSON name) has one of these values, separated by
/// spaces; refuses it otherwise: `(price, needed_for("kind", "fixed"))`.
[[nodiscard]] constexpr described::selected_mark needed_for(std::string_view selector, std::string_view values) {
  return {selector, values, true};
}

/// Refuses an optional member unless `selector` has one of these values.
[[nodiscard]] constexpr described::selected_mark only_for(std::string_view selector, std::string_view values) {
  return {selector, values, false};
}

/// Whether `word` is one of the words in `text`, which are separated by single spaces.
[[nodiscard]] constexpr bool has_word(std::string_view text, std::string_view word) {
  for (;;) {
    const auto end = text.find(' ');
    if (text.substr(0, end) == word)
      return true;
    if (end == text.npos)
      return false;
    text.remove_prefix(end + 1);
  }
}

} // namespace ainft::runtime

namespace ainft {

using runtime::about;
using runtime::between;
using runtime::defaulted;
using runtime::flattened;
using runtime::needed_for;
using runtime::not_shown;
using runtime::one_of;
using runtime::only_for;
using runtime::shown_as;

} // namespace ainft
