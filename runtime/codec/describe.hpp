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

/// Implements the marks of AINFT_DESCRIBE.
namespace described {

struct defaulted_mark {};
struct flattened_mark {};

template <class Inspector, class Member>
auto field(Inspector& f, std::string_view, Member& member, const Member&, const char* name) {
  return f.field(name, member);
}

template <class Inspector, class Member>
auto field(Inspector& f, std::string_view name, Member& member, const Member& usual, defaulted_mark) {
  return f.field(name, member).fallback(usual);
}

template <class Inspector, class Member>
auto field(Inspector& f, std::string_view, Member& member, const Member& usual, const char* name, defaulted_mark) {
  return f.field(name, member).fallback(usual);
}

template <class Inspector, class Member>
auto field(Inspector& f, std::string_view, Member& member, const Member&, flattened_mark) {
  return with_fields(f, member, [](auto&&... fields) { return std::make_tuple(std::move(fields)...); });
}

} // namespace described

inline constexpr described::defaulted_mark defaulted;
inline constexpr described::flattened_mark flattened;

} // namespace ainft::runtime

namespace ainft {

using runtime::defaulted;
using runtime::flattened;

} // namespace ainft
