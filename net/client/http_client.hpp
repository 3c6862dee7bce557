#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ainft::client {

struct request {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers; ///< "Name: value"
  std::string body;
  std::chrono::milliseconds timeout{10'000};
  size_t max_response = 16 * 1024 * 1024; ///< bytes; more is refused
};

struct response {
  long status = 0;
  std::string body;
};

/// The outbound HTTP client: libcurl's multi interface in a thread of its own, connections kept and used again.
class http_client {
public:
  using receiver = std::function<void(runtime::result<response>)>;

  http_client();
  /// Ends requests that are under way with errc::unavailable.
  ~http_client();
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  /// Sends; `done` is called once, in the client's thread. Whatever keeps an answer from coming is errc::unavailable.
  void send(request r, receiver done);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::client
