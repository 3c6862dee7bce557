#pragma once

#include "net/http/call.hpp"

#include <boost/beast/http/string_body.hpp>

#include <string>
#include <vector>

namespace ainft::http {

using text_response = boost::beast::http::response<boost::beast::http::string_body>;

/// Makes the response for `out`: its head, without the body. If the request allows it, turns `out` into a 304 without a
/// body (If-None-Match, RFC 9110, section 13.1.2) or compresses its body. Pages of the origins in `cors_origins` may
/// read the response; "*" means all origins.
[[nodiscard]] text_response begin_response(const call& c, const boost::beast::http::request_header<>& request,
                                           reply& out, const std::vector<std::string>& cors_origins);

} // namespace ainft::http
