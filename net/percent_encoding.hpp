#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

namespace ainft::net {

/// Encodes `text` for a path segment or a query value: percent-encodes all but RFC 3986's unreserved characters
/// (section 2.3).
[[nodiscard]] inline std::string percent_encoded(std::string_view text) {
  if (text.empty())
    return {};
  const std::unique_ptr<char, decltype(&curl_free)> out{
    curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())), curl_free};
  return out ? out.get() : throw std::bad_alloc{};
}

} // namespace ainft::net
