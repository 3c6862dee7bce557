#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Rules for the values of settings. Each has `holds(value)` and `str()` for the help text ("from 1 to 256"). The error
/// message is "must be" and this text ("must be from 1 to 256"), unless the rule has its own `error()`.
namespace ainft::config {

namespace rules {

/// A duration in its largest unit without a remainder: 90s, 5min, 24h.
[[nodiscard]] std::string text_of(std::chrono::nanoseconds t);
[[nodiscard]] std::string text_of(std::integral auto x) { return std::to_string(x); }

template <class A, class B>
bool is_less(const A& a, const B& b) {
  if constexpr (std::integral<A> && std::integral<B>)
    return std::cmp_less(a, b);
  else
    return a < b;
}

template <class Rule>
[[nodiscard]] std::string error_of(const Rule& rule) {
  if constexpr (requires { rule.error(); })
    return rule.error();
  else
    return "must be " + rule.str();
}

template <class A, class B>
struct between {
  A least;
  B most;

  [[nodiscard]] bool holds(const auto& x) const { return !is_less(x, least) && !is_less(most, x); }
  [[nodiscard]] std::string str() const { return "from " + text_of(least) + " to " + text_of(most); }
};

template <class A>
struct at_least {
  A least;

  [[nodiscard]] bool holds(const auto& x) const { return !is_less(x, least); }
  [[nodiscard]] std::string str() const { return "at least " + text_of(least); }
};

template <class A>
struct at_most {
  A most;

  [[nodiscard]] bool holds(const auto& x) const { return !is_less(most, x); }
  [[nodiscard]] std::string str() const { return "at most " + text_of(most); }
};

struct positive {
  [[nodiscard]] bool holds(const auto& x) const { return x > std::decay_t<decltype(x)>{}; }
  [[nodiscard]] static std::string str() { return "more than 0"; }
};

struct one_of {
  std::vector<std::string_view> allowed;

  [[nodiscard]] bool allows(std::string_view x) const {
    return std::find(allowed.begin(), allowed.end(), x) != allowed.end();
  }
  [[nodiscard]] bool holds(const std::string& x) const { return allows(x); }
  /// Each element of a list must be one of the values.
  [[nodiscard]] bool holds(const std::vector<std::string>& all) const {
    return std::all_of(all.begin(), all.end(), [this](const auto& x) { return allows(x); });
  }
  [[nodiscard]] std::string str() const;
};

struct required {
  [[nodiscard]] static bool holds(const std::string& x) { return !x.empty(); }
  [[nodiscard]] static std::string str() { return "required"; }
  [[nodiscard]] static std::string error() { return "is required"; }
};

/// An http or https URL, or empty.
struct http_url {
  [[nodiscard]] static bool holds(std::string_view x) {
    return x.empty() || x.starts_with("http://") || x.starts_with("https://");
  }
  [[nodiscard]] static std::string str() { return "an http:// or https:// URL"; }
  [[nodiscard]] static std::string error() { return "must begin with http:// or https://"; }
};

/// The path of a file that can be read, or empty.
struct readable_file {
  [[nodiscard]] static bool holds(const std::string& x);
  [[nodiscard]] static std::string str() { return "a file that can be read"; }
  [[nodiscard]] static std::string error() { return "must name a file that can be read"; }
};

} // namespace rules

template <class A, class B>
auto between(A least, B most) {
  return rules::between<A, B>{least, most};
}
template <class A>
auto at_least(A least) {
  return rules::at_least<A>{least};
}
template <class A>
auto at_most(A most) {
  return rules::at_most<A>{most};
}
inline auto one_of(std::initializer_list<std::string_view> allowed) { return rules::one_of{allowed}; }
inline constexpr rules::positive positive;
inline constexpr rules::required required;
inline constexpr rules::http_url http_url;
inline constexpr rules::readable_file readable_file;

} // namespace ainft::config
