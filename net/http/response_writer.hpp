#pragma once

#include "net/http/file_body.hpp"
#include "net/http/response_head.hpp"
#include "net/http/stream_body.hpp"

namespace ainft::http {

/// Sends the responses of a connection, with `patience` for each piece.
class response_writer {
public:
  response_writer(tcp_stream& stream, std::chrono::milliseconds patience) : stream_{stream}, patience_{patience} {}

  /// Sends a response with its body, or without it if `head_only`. Returns whether the connection can carry another
  /// request.
  [[nodiscard]] asio::awaitable<bool> write(text_response response, bool head_only);

  /// The same, with a file as the body.
  [[nodiscard]] asio::awaitable<bool> write_file(text_response response, file_body& file, bool head_only);

  /// Sends the head alone. Returns false if the client has disconnected.
  [[nodiscard]] asio::awaitable<bool> write_head(text_response response);

private:
  tcp_stream& stream_;
  std::chrono::milliseconds patience_;
};

} // namespace ainft::http
