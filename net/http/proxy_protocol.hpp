#pragma once

#include "net/http/client_address.hpp"

namespace ainft::http {

/// What a connection of a proxy begins with (The PROXY protocol, versions 1 and 2, revision of 2020/03/05).
struct proxy_header {
  size_t length = 0;                ///< bytes
  std::optional<ip_address> source; ///< none where the proxy speaks for itself, as in a health check
};

/// The longest header that is read, in bytes. Version 1 has at most 107; version 2 may carry more than addresses.
constexpr size_t longest_proxy_header = 4096;

/// Reads the header that `bytes` begin with; nothing while it is not complete. Refuses with errc::malformed_request.
[[nodiscard]] runtime::result<std::optional<proxy_header>> read_proxy_header(std::string_view bytes);

} // namespace ainft::http
