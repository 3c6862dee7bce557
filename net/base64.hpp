#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ainft::net {

/// Base 64 (RFC 4648, section 4), by libsodium. Decoding refuses characters outside the alphabet and missing padding.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// Base 64 with the URL alphabet and no padding (RFC 4648, section 5).
[[nodiscard]] std::string base64url_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64url_decode(std::string_view text);

} // namespace ainft::net
