#include "net/http/stream_body.hpp"

#include <boost/beast/http/read.hpp>

namespace ainft::http {

using namespace runtime;

asio::awaitable<result<size_t>> stream_body::read(char* to, size_t size) {
  if (parser_.is_done())
    co_return size_t{0};
  auto& body = parser_.get().body();
  body.data = to;
  body.size = size;
  boost::system::error_code ec;
  deadline_.start(patience_);
  co_await beast::http::async_read(stream_, buffer_, parser_, no_throw(ec));
  if (deadline_.stop())
    co_return refuse(errc::request_timeout, "the body did not arrive in time");
  if (ec == beast::http::error::need_buffer)
    ec = {};
  if (ec == beast::http::error::body_limit)
    co_return refuse(errc::payload_too_large, "the body exceeds this route's maximum size");
  if (ec == beast::http::error::buffer_overflow)
    co_return refuse(errc::malformed_request, "a chunk's size line with its extensions, or the trailer, is too long");
  if (ec)
    co_return refuse(errc::malformed_request, "the body ended before it was complete");
  if (parser_.is_done() && count_fields() != fields_)
    co_return refuse(errc::malformed_request, "trailer fields are not supported: send them in the header");
  co_return size - body.size;
}

} // namespace ainft::http
