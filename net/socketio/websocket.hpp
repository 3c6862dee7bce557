#pragma once

#include "net/http/mount.hpp"
#include "net/socketio/frames.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace ainft::socketio {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

class websocket;

/// The stream under Beast's WebSocket: reads come from the socket; what Beast writes (the handshake, pongs, closes, compressed
/// messages) joins the queue of the frames that were made beforehand, whole, so that the two never mix within a frame.
class queued_stream {
public:
  using executor_type = asio::any_io_executor;

  queued_stream(websocket& owner, asio::ip::tcp::socket socket, beast::flat_buffer rest)
    : owner_{owner}, socket_{std::move(socket)} {
    if (rest.size() > 0) // an empty one still has its memory
      rest_ = std::move(rest);
  }

  [[nodiscard]] executor_type get_executor() { return socket_.get_executor(); }
  [[nodiscard]] asio::ip::tcp::socket& socket() noexcept { return socket_; }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& to, Token&& token) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
      [this](auto handler, const Buffers& buffers) {
        if (rest_.size() == 0)
          return socket_.async_read_some(buffers, std::move(handler));
        const auto n = asio::buffer_copy(buffers, rest_.data());
        rest_.consume(n);
        if (rest_.size() == 0)
          rest_ = {};
        asio::post(get_executor(), [handler = std::move(handler), n]() mutable { std::move(handler)(error_code{}, n); });
      },
      token, to);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
      [this](auto handler, const Buffers& buffers) {
        const auto n = push(beast::buffers_to_string(buffers));
        asio::post(get_executor(), [handler = std::move(handler), n]() mutable { std::move(handler)(error_code{}, n); });
      },
      token, from);
  }

private:
  size_t push(std::string bytes);

  websocket& owner_;
  asio::ip::tcp::socket socket_;
  beast::flat_buffer rest_;
};

/// Beast ends the TCP connection through these.
void teardown(beast::role_type role, queued_stream& stream, error_code& ec);
void beast_close_socket(queued_stream& stream);

template <class Handler>
void async_teardown(beast::role_type role, queued_stream& stream, Handler&& handler) {
  error_code ec;
  teardown(role, stream, ec);
  asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler), ec]() mutable { std::move(handler)(ec); });
}

/// One WebSocket of a server. Everything happens on its socket's executor. It lives until it has ended, however many point at it.
class websocket : public std::enable_shared_from_this<websocket> {
public:
  /// What it tells, all on its executor; none after `on_end`.
  struct events {
    std::function<void()> on_open;
    std::function<void(std::string_view data, bool binary)> on_message;
    std::function<void()> on_end;
  };

  struct limits {
    size_t message = 1'000'000; ///< bytes of one message from the client; a larger one ends the connection (close code 1009)
    bool compression = false;   ///< permessage-deflate (RFC 7692), if the client offers it
  };

  websocket(http::upgrade from, limits at_most);

  /// Answers the handshake and begins to read.
  void start(events to);

  /// Queues whole frames; flush() sends them.
  void write(frames f);

  /// Sends what the socket takes without waiting; the rest goes on as it drains.
  void flush();

  /// What waits to be sent, in bytes.
  [[nodiscard]] size_t waiting() const noexcept { return queue_.bytes() + uncompressed_bytes_; }

  /// Sends what waits and a close frame, and ends when the client has answered or two seconds have passed.
  void close(uint16_t code);

  /// Ends at once.
  void abort();

private:
  friend class queued_stream;

  void read();
  void on_read(error_code ec);
  void wait_writable();
  void compress_next();

  /// Sends what waits, the close frame last, and takes nothing more; ends when `close_patience` has passed at the latest.
  void send_rest();

  /// Ends after the client has seen the close frame: what it still sends is thrown away until it goes, because a socket that is closed
  /// with bytes unread resets the connection, and a reset takes back what was sent (RFC 9112, section 9.6, tells the same of HTTP).
  void linger();
  void discard();
  void end();

  limits limits_;
  beast::websocket::stream<queued_stream> stream_;
  std::unique_ptr<beast::http::request<beast::http::empty_body>> request_;
  beast::flat_buffer incoming_;
  events to_;
  send_queue queue_;
  std::unique_ptr<std::vector<std::pair<bool, std::string>>> uncompressed_; ///< messages before Beast has compressed them
  size_t uncompressed_bytes_ = 0;
  std::unique_ptr<asio::steady_timer> closing_;
  bool compressing_ = false;
  bool waiting_writable_ = false;
  bool ended_ = false;
};

} // namespace ainft::socketio
