#pragma once

#include "net/http/mount.hpp"
#include "net/socketio/frames.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace ainft::socketio {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

class websocket;

/// The stream under Beast's WebSocket. Reads come from the socket. Everything that Beast writes (the handshake, pongs,
/// closes, compressed messages) goes as a whole into the same queue as the pre-encoded frames, so that the two never
/// mix within a frame.
class queued_stream {
public:
  using executor_type = asio::any_io_executor;

  queued_stream(websocket& owner, asio::ip::tcp::socket socket, beast::flat_buffer rest)
    : owner_{owner}, socket_{std::move(socket)} {
    if (rest.size() > 0) // even an empty buffer holds memory
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
        asio::post(get_executor(),
                   [handler = std::move(handler), n]() mutable { std::move(handler)(error_code{}, n); });
      },
      token, to);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return asio::async_initiate<Token, void(error_code, size_t)>(
      [this](auto handler, const Buffers& buffers) {
        const auto n = push(beast::buffers_to_string(buffers));
        asio::post(get_executor(),
                   [handler = std::move(handler), n]() mutable { std::move(handler)(error_code{}, n); });
      },
      token, from);
  }

private:
  size_t push(std::string bytes);

  websocket& owner_;
  asio::ip::tcp::socket socket_;
  beast::flat_buffer rest_;
};

/// Beast calls these to end the TCP connection.
void teardown(beast::role_type role, queued_stream& stream, error_code& ec);
void beast_close_socket(queued_stream& stream);

template <class Handler>
void async_teardown(beast::role_type role, queued_stream& stream, Handler&& handler) {
  error_code ec;
  teardown(role, stream, ec);
  asio::post(stream.get_executor(),
             [handler = std::forward<Handler>(handler), ec]() mutable { std::move(handler)(ec); });
}

/// One WebSocket of a server. Runs only on its socket's executor. Pending operations keep it alive until it has ended.
class websocket : public std::enable_shared_from_this<websocket> {
public:
  /// Callbacks, all on the WebSocket's executor. There are none after `on_end`.
  struct events {
    std::function<void()> on_open;
    std::function<void(std::string_view data, bool binary)> on_message;
    std::function<void()> on_end;
  };

  struct limits {
    size_t message = 1'000'000; ///< maximum bytes of a client's message; a larger one ends the connection (1009)
    bool compression = false;   ///< use permessage-deflate (RFC 7692) if the client offers it
  };

  websocket(http::upgrade from, limits at_most);

  /// Answers the handshake and starts to read.
  void start(events to);

  /// Queues whole frames; flush() sends them.
  void write(frames f);

  /// Sends as much as the socket takes without blocking. The rest follows when the socket becomes writable.
  void flush();

  /// The number of unsent bytes.
  [[nodiscard]] size_t waiting() const noexcept { return queue_.bytes() + uncompressed_bytes_; }

  /// Sends the queue and a close frame. Ends when the client has answered, or after two seconds.
  void close(uint16_t code);

  /// Ends at once and discards the queue.
  void abort();

private:
  friend class queued_stream;

  void read();
  void on_read(error_code ec);
  void wait_writable();
  void compress_next();

  /// Sends the queue, whose last frame is the close frame, and accepts no more frames. Ends after `close_patience` at
  /// the latest.
  void send_rest();

  /// Waits until the client has seen the close frame, and discards what the client still sends. A socket that is closed
  /// with unread bytes resets the connection, and the client can lose data that it has not read yet. RFC 9112, section
  /// 9.6, describes the same for HTTP.
  void linger();
  void discard();
  void end();

  limits limits_;
  beast::websocket::stream<queued_stream> stream_;
  std::unique_ptr<beast::http::request<beast::http::empty_body>> request_;
  beast::flat_buffer incoming_;
  events to_;
  send_queue queue_;
  /// Messages that Beast has yet to compress.
  std::unique_ptr<std::vector<std::pair<bool, std::string>>> uncompressed_;
  size_t uncompressed_bytes_ = 0;
  std::unique_ptr<asio::steady_timer> closing_;
  bool compressing_ = false;
  bool waiting_writable_ = false;
  bool ended_ = false;
};

} // namespace ainft::socketio
