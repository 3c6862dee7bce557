#pragma once

#include "runtime/errors.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ainft::client {

/// A part of a multipart/form-data body (RFC 7578). A part with a file name is a file.
struct form_part {
  std::string name;
  std::string value;
  std::string file_name;
  std::string content_type;
};

struct request {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers; ///< "Name: value"
  std::string body;
  std::vector<form_part> form; ///< if not empty, replaces `body`
  std::chrono::milliseconds timeout{10'000};
  size_t max_response = 16 * 1024 * 1024; ///< bytes; a larger answer is refused
  /// Never send the request twice. Uses a new connection, because libcurl resends a request by itself when a reused
  /// connection breaks.
  bool once = false;
  /// For URLs from users or other servers: refuse an address that is not public. Behind a proxy, the proxy must
  /// check it.
  bool public_only = false;
  /// Gets the pieces of a successful (2xx) answer as they arrive, on the client's thread. The answer's `body` then
  /// stays empty.
  std::function<void(std::string_view)> on_data;
  std::shared_ptr<const std::atomic<bool>> cancelled; ///< Ends the request at most one second after it becomes true.
};

struct response {
  long status = 0;
  std::string body;
  std::string content_type;
  std::optional<std::chrono::seconds> retry_after; ///< RFC 9110, section 10.2.3
};

struct client_settings {
  std::string proxy; ///< in libcurl's format ("http://host:port", "socks5h://host:port"); empty for no proxy
  /// Comma-separated hosts that bypass the proxy (CURLOPT_NOPROXY), except for `public_only` requests
  std::string no_proxy;
};

/// Whether an address, as text, is on the public Internet: not private, loopback, link-local, multicast or otherwise
/// reserved (the IANA special-purpose address registries).
[[nodiscard]] bool is_public_address(const std::string& address);

/// The outbound HTTP client: libcurl's multi interface on a thread of its own, with persistent connections. Does not
/// follow redirects.
class http_client {
public:
  using receiver = std::function<void(runtime::result<response>)>;

  explicit http_client(client_settings settings = {});
  /// Ends all pending requests with errc::unavailable.
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Sends `r`. Calls `done` once, on the client's thread. Refuses with errc::forbidden if the address is not allowed,
  /// errc::payload_too_large if the answer is too large, errc::conflict if the request was canceled, and
  /// errc::unavailable if there is no answer for another reason.
  void send(request r, receiver done);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::client
