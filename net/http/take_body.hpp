#pragma once

#include "net/http/stream_body.hpp"

namespace ainft::http {

/// What a request's body may be.
struct body_limits {
  uint64_t bytes = 0;
  bool streamed = false; ///< the route reads the body as it arrives
  bool json = false;
};

/// Makes the body ready for the request's route: reads it into `c.body`, or sets `c.stream` to `body` if it is
/// streamed. Refuses with errc::payload_too_large, errc::unsupported_media_type, and as `body` does. `parser` is that
/// of `body`.
[[nodiscard]] asio::awaitable<caf::error> take_body(call& c, tcp_stream& stream, stream_body::parser& parser,
                                                    stream_body& body, body_limits limits);

} // namespace ainft::http
