#pragma once

#include "net/http/client_address.hpp"
#include "net/http/dispatch.hpp"
#include "net/http/mount.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace ainft::http {

struct server_settings {
  std::string address = "127.0.0.1";
  uint16_t port = 8080; ///< 0 for any free port
  size_t threads = 2;
  std::chrono::milliseconds idle_timeout{60'000};   ///< between requests
  std::chrono::milliseconds header_timeout{10'000}; ///< from the first byte to the end of the header
  std::chrono::milliseconds body_timeout{30'000};   ///< for each piece of the body
  std::chrono::milliseconds write_timeout{30'000};  ///< for each piece of the answer
  uint32_t header_limit = 16 * 1024;                ///< bytes
  uint64_t json_limit = 64 * 1024;                  ///< bytes
  uint64_t upload_limit = 21 * 1024 * 1024;         ///< bytes, including the multipart framing
  size_t max_connections = 10'000;
  size_t file_threads = 2;               ///< threads for file access, so that no network thread blocks
  std::vector<std::string> cors_origins; ///< "*" for any
  bool access_log = false;
  proxy_settings proxies;
};

/// The HTTP/1.1 server: reads requests, finds their routes, checks rights and rates, and answers. Each connection
/// belongs to one of `threads` network threads.
class server {
public:
  server(caf::actor_system& system, server_settings settings, const dispatcher& front, std::vector<mount*> mounts = {});
  ~server();

  /// Binds and listens. Clients that connect wait until start(). Throws boost::system::system_error if the port is not
  /// available.
  void bind();

  /// Starts the threads. Calls bind() if nobody has.
  void start();

  /// The port that the server is bound to.
  [[nodiscard]] uint16_t port() const noexcept;

  /// Stops accepting, lets requests in flight finish for up to `patience`, closes the other connections and ends the
  /// threads.
  void drain(std::chrono::milliseconds patience);

  struct impl;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::http
