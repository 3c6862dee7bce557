#pragma once

#include "net/http/call.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>

namespace ainft::http {

/// A connection whose client asks to upgrade to the WebSocket protocol (RFC 6455, section 4.2.1).
struct upgrade {
  asio::ip::tcp::socket socket;
  beast::flat_buffer rest; ///< bytes that arrived after the request
  beast::http::request<beast::http::empty_body> request;
  std::string peer; ///< the client's address, as in http::call
};

/// A protocol under a path of the server, such as Engine.IO. It bypasses the route table and answers bad requests in
/// its own way.
class mount {
public:
  virtual ~mount() = default;

  /// Gets the server's threads before the first request. The state of a connection stays on the thread of its socket's
  /// executor.
  virtual void start(const std::vector<asio::any_io_executor>& threads) = 0;

  /// Ends all sessions when the server stops. The server may call it from any thread.
  virtual void stop() = 0;

  /// Called after the threads have ended. Releases everything that still refers to them.
  virtual void finish() = 0;

  [[nodiscard]] virtual bool serves(std::string_view path) const = 0;

  /// The maximum body size in bytes.
  [[nodiscard]] virtual uint64_t body_limit() const = 0;

  /// Answers a request with the target `target` and the body in `c`. It may wait for a long time: the server calls
  /// `c.on_gone` if the client disconnects meanwhile.
  [[nodiscard]] virtual asio::awaitable<reply> answer(call& c, std::string_view target) = 0;

  /// Takes ownership of the connection.
  virtual void take_over(upgrade from) = 0;
};

} // namespace ainft::http
