#include "net/http/take_body.hpp"

#include "net/http/field_text.hpp"
#include "runtime/try.hpp"

#include <boost/asio/write.hpp>

#include <array>

namespace ainft::http {

namespace {

using beast::http::field;
using runtime::errc;
using runtime::refuse;

bool is_json(std::string_view type) {
  const auto essence = type.substr(0, type.find(';'));
  return beast::iequals(beast::string_view{essence.data(), essence.size()}, "application/json")
         || essence.ends_with("+json");
}

} // namespace

asio::awaitable<caf::error> take_body(call& c, tcp_stream& stream, stream_body::parser& parser, stream_body& body,
                                      body_limits limits) {
  auto& request = parser.get();
  const auto limit = limits.bytes;
  parser.body_limit(limit);
  if (const auto length = parser.content_length(); length && *length > limit)
    co_return refuse(errc::payload_too_large, "the body has " + std::to_string(*length) + " bytes and at most "
                                                + std::to_string(limit) + " are accepted");
  if (parser.is_done())
    co_return caf::error{};
  if (request.version() >= 11 && beast::iequals(request[field::expect], "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::system::error_code ec;
    co_await asio::async_write(stream, asio::buffer(go_on), no_throw(ec));
  }
  if (limits.streamed) {
    c.stream = &body;
    co_return caf::error{};
  }
  if (limits.json && !is_json(view(request[field::content_type])))
    co_return refuse(errc::unsupported_media_type, "the Content-Type must be application/json");
  std::array<char, 8192> piece;
  for (;;) {
    AINFT_CO_TRY(n, co_await body.read(piece.data(), piece.size()));
    c.body.append(piece.data(), n);
    if (parser.is_done())
      co_return caf::error{};
  }
}

} // namespace ainft::http
