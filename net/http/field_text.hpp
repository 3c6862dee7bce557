#pragma once

#include <boost/beast/core/string_type.hpp>

#include <string_view>

namespace ainft::http {

/// Converts Beast's string view to the standard library's.
inline std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// Removes spaces and tabs around `text` (OWS of RFC 9110, section 5.6.3).
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const auto first = text.find_first_not_of(blank);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

} // namespace ainft::http
