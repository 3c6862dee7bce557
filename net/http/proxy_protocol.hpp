#pragma once

#include "net/http/client_address.hpp"

namespace ainft::http {

/// The header at the start of a proxied connection (The PROXY protocol, versions 1 and 2, revision of 2020/03/05).
struct proxy_header {
  size_t length = 0; ///< bytes
  /// Absent if the connection is the proxy's own, such as a health check, or of an unknown protocol.
  std::optional<ip_address> source;
};

/// Maximum header size in bytes. A version 1 header has at most 107; a version 2 header may carry more than addresses.
constexpr size_t longest_proxy_header = 4096;

/// Parses the header at the start of `bytes`. Nothing while it is incomplete. Refuses with errc::malformed_request.
[[nodiscard]] runtime::result<std::optional<proxy_header>> read_proxy_header(std::string_view bytes);

} // namespace ainft::http
