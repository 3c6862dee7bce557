#pragma once

#include "runtime/errors.hpp"

#include <string_view>

namespace ainft::http {

/// What a request's head must be before a parser decides where its body ends. Proxies and servers that read a doubtful head
/// differently can be made to take one request for two, so what RFC 9112 lets a server repair is refused here.
///
/// Looks at bytes of a head as they come: errc::malformed_request for control characters, and for line breaks that are not
/// CR LF (RFC 9112, section 2.2). Those before `from` were looked at. A CR at the end is accepted: its LF may be on its way.
[[nodiscard]] caf::error check_head_bytes(std::string_view bytes, size_t from = 0);

/// Looks at a whole head, from the request line to the empty line after the fields. Refuses with errc::malformed_request:
/// folded lines, whitespace before a colon (section 5.1, 5.2), no Host field or more than one (3.2), several Content-Length
/// fields or one that is not a number (6.3), Transfer-Encoding beside Content-Length or in HTTP/1.0 (6.1), and an encoding
/// whose last coding is not `chunked` (6.3). Refuses with errc::not_implemented other transfer codings.
[[nodiscard]] caf::error check_head(std::string_view head);

} // namespace ainft::http
