#pragma once

#include <string>
#include <string_view>

namespace ainft::http {

/// Compresses `bytes` to a gzip member (RFC 1952) with zlib's fastest level.
[[nodiscard]] std::string gzip(std::string_view bytes);

} // namespace ainft::http
