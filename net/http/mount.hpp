#pragma once

#include "net/http/call.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>

namespace ainft::http {

/// A connection whose client asks to change to the WebSocket protocol (RFC 6455, section 4.2.1).
struct upgrade {
  asio::ip::tcp::socket socket;
  beast::flat_buffer rest; ///< bytes that came after the request
  beast::http::request<beast::http::empty_body> request;
  std::string peer; ///< the client's address, as in http::call
};

/// A protocol of its own under a path of the server, with its own answers to bad requests: Engine.IO. Requests to it pass the
/// route table by.
class mount {
public:
  virtual ~mount() = default;

  /// The server's threads, before the first request. What belongs to a connection stays on the thread of its socket's executor.
  virtual void start(const std::vector<asio::any_io_executor>& threads) = 0;

  /// Ends what is open, when the server stops; from any thread.
  virtual void stop() = 0;

  /// After the threads have ended: lets go of what still refers to them.
  virtual void finish() = 0;

  [[nodiscard]] virtual bool serves(std::string_view path) const = 0;

  /// The largest body in bytes.
  [[nodiscard]] virtual uint64_t body_limit() const = 0;

  /// Answers a request, whose target is `target` and whose body is in `c`. It may take its time: `c.on_gone` is called if the
  /// client goes away meanwhile.
  [[nodiscard]] virtual asio::awaitable<reply> answer(call& c, std::string_view target) = 0;

  /// Has the connection from now on.
  virtual void take_over(upgrade from) = 0;
};

} // namespace ainft::http
