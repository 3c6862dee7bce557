#pragma once

#include "runtime/errors.hpp"

#include <string_view>

namespace ainft::http {

/// Checks a request's head before a parser decides where its body ends, as does check_head(). If a proxy and a server
/// read an ambiguous head differently, an attacker can make one of them see two requests in one (request smuggling). So
/// both functions also refuse what RFC 9112 lets a server repair.
///
/// This one checks the bytes of a head as they arrive. Refuses with errc::malformed_request control characters and line
/// breaks other than CR LF (RFC 9112, section 2.2). The bytes before `from` have been checked. A CR at the end is
/// accepted, because its LF may still arrive.
[[nodiscard]] caf::error check_head_bytes(std::string_view bytes, size_t from = 0);

/// Checks a complete head, from the request line to the empty line after the fields. The sections are those of RFC
/// 9112. Refuses with errc::malformed_request: folded lines and whitespace before a colon (5.1, 5.2); no Host field
/// (except in HTTP/1.0), an invalid one, or several (3.2); several Content-Length fields or one that is not a number
/// (6.3); Transfer-Encoding together with Content-Length or in HTTP/1.0 (6.1); an empty Transfer-Encoding, and
/// `chunked` twice or not as the last coding (6.3). Refuses with errc::not_implemented all transfer codings except
/// `chunked`.
[[nodiscard]] caf::error check_head(std::string_view head);

} // namespace ainft::http
