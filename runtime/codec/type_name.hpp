#pragma once

#include <string>
#include <string_view>

namespace ainft::runtime {

/// The C++ name of a described type without its namespace: "bid_placed".
template <class T>
constexpr std::string_view short_type_name() {
  std::string_view name = __PRETTY_FUNCTION__;
  const auto begin = name.find("T = ") + 4;
  name = name.substr(begin, name.find_first_of(";]", begin) - begin);
  const auto colon = name.rfind("::");
  return colon == name.npos ? name : name.substr(colon + 2);
}

/// The C++ name of a type with its named namespaces: "ainft::listing::view".
template <class T>
std::string whole_type_name() {
  std::string whole = __PRETTY_FUNCTION__;
  const auto begin = whole.find("T = ") + 4;
  whole = whole.substr(begin, whole.find_first_of(";]", begin) - begin);
  for (const std::string_view nameless : {"{anonymous}::", "(anonymous namespace)::"})
    if (const auto at = whole.find(nameless); at != whole.npos)
      whole.erase(at, nameless.size());
  return whole;
}

/// The name of a type in the API description, from its C++ name: "JobOrder" for `job_order`, "Bid" for `bid_view`,
/// "Listing" for `listing::view` and "ListingSummary" for `listing::summary`.
[[nodiscard]] std::string api_name_of(std::string_view whole_name);

/// The same for a type. A type that would get a misleading name, or the name of another type, has one of its own:
/// `static constexpr std::string_view api_name = "AgentBudget";`.
template <class T>
std::string component_name() {
  if constexpr (requires { T::api_name; })
    return std::string{T::api_name};
  else
    return api_name_of(whole_type_name<T>());
}

} // namespace ainft::runtime
