#include "net/http/chunked_sink.hpp"

#include <boost/asio/write.hpp>

#include <array>
#include <cstdio>

namespace ainft::http {

asio::awaitable<bool> chunked_sink::send(std::string text) {
  if (draining_)
    co_return false;
  char head[20];
  const auto length = std::snprintf(head, sizeof head, "%zx\r\n", text.size());
  const std::array<asio::const_buffer, 3> parts{asio::buffer(head, static_cast<size_t>(length)), asio::buffer(text),
                                                asio::buffer("\r\n", 2)};
  boost::system::error_code ec;
  stream_.expires_after(patience_);
  co_await asio::async_write(stream_, parts, no_throw(ec));
  co_return !ec;
}

asio::awaitable<void> chunked_sink::end() {
  boost::system::error_code ec;
  co_await asio::async_write(stream_, asio::buffer("0\r\n\r\n", 5), no_throw(ec));
}

} // namespace ainft::http
