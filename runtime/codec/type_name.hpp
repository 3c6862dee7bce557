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

/// The type name with its innermost named namespace, in the style of JSON Schema components: "ListingBidPlaced".
template <class T>
std::string component_name() {
  std::string whole = __PRETTY_FUNCTION__;
  const auto begin = whole.find("T = ") + 4;
  whole = whole.substr(begin, whole.find_first_of(";]", begin) - begin);
  constexpr std::string_view nameless = "{anonymous}::";
  if (const auto at = whole.find(nameless); at != whole.npos)
    whole.erase(at, nameless.size());
  std::string_view name = whole;
  const auto last = name.rfind("::");
  const auto before = last == name.npos || last == 0 ? name.npos : name.rfind("::", last - 1);
  if (before != name.npos)
    name = name.substr(before + 2);
  std::string out;
  bool upper = true;
  for (char c : name) {
    if (c == '_' || c == ':') {
      upper = true;
      continue;
    }
    out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return out;
}

} // namespace ainft::runtime
