#include "net/http/response_writer.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/write.hpp>

namespace ainft::http {

namespace {

/// Serializes head and body into one string. The copy costs less than sending Beast's many buffers.
std::string in_one_piece(text_response& response) {
  std::string out;
  beast::http::response_serializer<beast::http::string_body> serializer{response};
  for (boost::system::error_code ec; !serializer.is_done() && !ec;)
    serializer.next(ec, [&](boost::system::error_code&, const auto& parts) {
      const auto before = out.size(), size = beast::buffer_bytes(parts);
      out.resize(before + size);
      asio::buffer_copy(asio::buffer(out) + before, parts);
      serializer.consume(size);
    });
  return out;
}

} // namespace

asio::awaitable<bool> response_writer::write(text_response response, bool head_only) {
  const bool bodiless = response.result_int() == 204 || response.result_int() == 304;
  if (bodiless)
    response.body().clear();
  response.prepare_payload();
  if (bodiless)
    response.erase(beast::http::field::content_length); // RFC 9110, section 8.6
  if (head_only)
    response.body().clear();
  boost::system::error_code ec;
  stream_.expires_after(patience_);
  const auto text = in_one_piece(response);
  co_await asio::async_write(stream_, asio::buffer(text), no_throw(ec));
  co_return !ec && response.keep_alive();
}

asio::awaitable<bool> response_writer::write_file(text_response response, file_body& file, bool head_only) {
  response.content_length(file.left());
  const bool keep = response.keep_alive();
  if (!co_await write_head(std::move(response)))
    co_return false;
  while (!head_only && file.left() > 0) {
    const auto piece = co_await file.next();
    if (piece.empty())
      co_return false;
    boost::system::error_code ec;
    stream_.expires_after(patience_);
    co_await asio::async_write(stream_, asio::buffer(piece), no_throw(ec));
    if (ec)
      co_return false;
  }
  co_return keep;
}

asio::awaitable<bool> response_writer::write_head(text_response response) {
  beast::http::response_serializer<beast::http::string_body> serializer{response};
  boost::system::error_code ec;
  stream_.expires_after(patience_);
  co_await beast::http::async_write_header(stream_, serializer, no_throw(ec));
  co_return !ec;
}

} // namespace ainft::http
