#pragma once

#include <string>
#include <string_view>

namespace ainft::http {

/// `bytes` as a gzip member (RFC 1952), by zlib at its fastest level.
[[nodiscard]] std::string gzip(std::string_view bytes);

} // namespace ainft::http
