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

/// A part of a multipart/form-data body (RFC 7578). With a file name it is a file.
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
  std::vector<form_part> form; ///< instead of `body`
  std::chrono::milliseconds timeout{10'000};
  size_t max_response = 16 * 1024 * 1024; ///< bytes; more is refused
  bool once = false; ///< never sent twice: over a connection of its own, since libcurl sends again by itself what an old connection lost
  bool public_only = false; ///< for an address that a user, or another server, named: refused if it is none of the public Internet's
  std::function<void(std::string_view)> on_data; ///< told of each piece of a successful answer as it comes, in the client's thread
  std::shared_ptr<const std::atomic<bool>> cancelled; ///< once true, the request ends, a second later at most
};

struct response {
  long status = 0;
  std::string body;
  std::string content_type;
  std::optional<std::chrono::seconds> retry_after; ///< RFC 9110, section 10.2.3
};

struct client_settings {
  std::string proxy;    ///< as libcurl reads it ("http://host:port", "socks5h://host:port"); none if empty
  std::string no_proxy; ///< hosts that are reached without it, separated by commas (CURLOPT_NOPROXY)
};

/// Whether an address, as text, is one of the public Internet's: not private, loopback, link-local, multicast, or reserved otherwise (the IANA
/// special-purpose address registries).
[[nodiscard]] bool is_public_address(const std::string& address);

/// The outbound HTTP client: libcurl's multi interface in a thread of its own, connections kept and used again. Redirects are not followed.
class http_client {
public:
  using receiver = std::function<void(runtime::result<response>)>;

  explicit http_client(client_settings settings = {});
  /// Ends requests that are under way with errc::unavailable.
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Sends; `done` is called once, in the client's thread. Whatever keeps an answer from coming is errc::unavailable; an address that is not
  /// allowed is errc::forbidden, an answer that is too large errc::payload_too_large.
  void send(request r, receiver done);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::client
