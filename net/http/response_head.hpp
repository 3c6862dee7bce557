#pragma once

#include "net/http/call.hpp"

#include <boost/beast/http/string_body.hpp>

#include <string>
#include <vector>

namespace ainft::http {

using text_response = boost::beast::http::response<boost::beast::http::string_body>;

/// The response that `out` is sent as, with its head and without its body. Where the request's fields allow it, `out` becomes a 304 without a body
/// (If-None-Match, RFC 9110, section 13.1.2), or its body is compressed. `cors_origins` are the origins whose pages may read it, "*" for all.
[[nodiscard]] text_response begin_response(const call& c, const boost::beast::http::request_header<>& request, reply& out, const std::vector<std::string>& cors_origins);

} // namespace ainft::http
