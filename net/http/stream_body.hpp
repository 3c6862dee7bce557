#pragma once

#include "net/http/call.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/rate_policy.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

namespace ainft::http {

using tcp_stream = beast::basic_stream<asio::ip::tcp, asio::any_io_executor, beast::unlimited_rate_policy>;

/// A completion token that stores the error in `ec` instead of throwing.
constexpr auto no_throw = [](boost::system::error_code& ec) { return asio::redirect_error(asio::use_awaitable, ec); };

/// Cancels a stream's pending operations at a deadline. The stream's own timer would close it, and the server could
/// then not send an error to the client.
class deadline {
public:
  explicit deadline(tcp_stream& s) : stream_{s}, timer_{s.get_executor()} {}

  void start(std::chrono::milliseconds patience) {
    *passed_ = false;
    stream_.expires_never();
    timer_.expires_after(patience);
    timer_.async_wait([this, passed = std::weak_ptr{passed_}](boost::system::error_code ec) {
      const auto alive = passed.lock();
      if (ec || !alive || timer_.expiry() > std::chrono::steady_clock::now())
        return;
      *alive = true;
      stream_.cancel();
    });
  }

  /// Stops the timer. Returns whether the time had expired.
  bool stop() {
    timer_.expires_at(std::chrono::steady_clock::time_point::max()); // also stops a handler that is already queued
    return *passed_;
  }

private:
  tcp_stream& stream_;
  asio::steady_timer timer_;
  std::shared_ptr<bool> passed_ = std::make_shared<bool>(false);
};

/// Reads the rest of one request's body in any framing, with `patience` for each piece. Refuses with
/// errc::malformed_request trailer fields, because nobody has checked them, and a chunk header or trailer that does not
/// fit the buffer.
class stream_body final : public body_stream {
public:
  using parser = beast::http::request_parser<beast::http::buffer_body>;

  stream_body(tcp_stream& s, beast::flat_buffer& b, parser& p, deadline& late, std::chrono::milliseconds patience)
    : stream_{s}, buffer_{b}, parser_{p}, deadline_{late}, patience_{patience}, fields_{count_fields()} {}

  asio::awaitable<runtime::result<size_t>> read(char* to, size_t size) override;

private:
  /// The number of fields of a chunked message. Beast adds trailer fields to them.
  [[nodiscard]] size_t count_fields() const {
    return parser_.chunked() ? static_cast<size_t>(std::distance(parser_.get().begin(), parser_.get().end())) : 0;
  }

  tcp_stream& stream_;
  beast::flat_buffer& buffer_;
  parser& parser_;
  deadline& deadline_;
  std::chrono::milliseconds patience_;
  size_t fields_;
};

} // namespace ainft::http
