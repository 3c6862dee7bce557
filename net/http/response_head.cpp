#include "net/http/response_head.hpp"

#include "net/http/field_text.hpp"
#include "net/http/gzip.hpp"
#include "net/http/trace_context.hpp"

#include <algorithm>

namespace ainft::http {

namespace {

namespace beast = boost::beast;
using beast::http::field;

constexpr size_t least_compressed = 1024; ///< bytes; compressing less costs more than it saves

std::string etag(uint64_t version) { return "\"v" + std::to_string(version) + "\""; }

/// Whether If-None-Match matches `tag`: by the tag itself, in a list, or by `*`. A weak tag matches too (RFC 9110,
/// section 13.1.2).
bool names(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    auto one = trimmed(list.substr(0, comma));
    if (one.starts_with("W/"))
      one.remove_prefix(2);
    if (one == tag || one == "*")
      return true;
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return false;
}

void allow_origin(const beast::http::request_header<>& request, const std::vector<std::string>& allowed,
                  text_response& response) {
  const std::string origin{request[field::origin]};
  if (origin.empty())
    return;
  response.set(field::vary, "Origin");
  const bool any = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
  if (!any && std::find(allowed.begin(), allowed.end(), origin) == allowed.end())
    return;
  response.set(field::access_control_allow_origin, any ? "*" : origin);
  response.set(field::access_control_expose_headers,
               "ETag, X-Request-Id, traceparent, Retry-After, RateLimit-Policy, RateLimit");
  if (request.method() != beast::http::verb::options)
    return;
  response.set(field::access_control_allow_methods, "GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS");
  response.set(
    field::access_control_allow_headers,
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-Id, traceparent");
  response.set(field::access_control_max_age, "600");
}

/// Says what the caller has left of its rate (draft-ietf-httpapi-ratelimit-headers-11). A client that was refused may
/// retry when it has a request again.
void tell_rate(const rate_left& rate, bool is_refused, text_response& response) {
  const auto policy = '"' + rate.policy + '"';
  response.set("RateLimit-Policy", policy + ";q=" + std::to_string(rate.quota) + ";w=" + std::to_string(rate.window));
  response.set("RateLimit", policy + ";r=" + std::to_string(rate.requests) + ";t=" + std::to_string(rate.more_after));
  if (is_refused)
    response.set(field::retry_after, std::to_string(rate.more_after));
}

} // namespace

text_response begin_response(const call& c, const beast::http::request_header<>& request, reply& out,
                             const std::vector<std::string>& cors_origins) {
  text_response response;
  if (out.version && !out.short_lived && out.status == 200
      && names(view(request[field::if_none_match]), etag(*out.version))) {
    out.status = 304;
    out.body.clear();
  }
  const bool json = out.content_type.find("json") != std::string::npos;
  if (json && out.body.size() > least_compressed
      && request[field::accept_encoding].find("gzip") != beast::string_view::npos) {
    out.body = gzip(out.body);
    response.set(field::content_encoding, "gzip");
  }
  response.result(static_cast<unsigned>(out.status));
  response.version(11);
  if (out.status != 204 && out.status != 304)
    response.set(field::content_type, out.content_type);
  if (out.version)
    response.set(field::etag, etag(*out.version));
  if (!c.request_id.empty()) {
    response.set("X-Request-Id", c.request_id);
    response.set("traceparent", "00-" + c.trace_id + "-" + random_hex(8) + "-01");
  }
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "no-referrer");
  response.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.set(field::cache_control, "no-store");
  allow_origin(request, cors_origins, response);
  for (const auto& [name, value] : out.headers)
    response.set(name, value);
  if (c.rate)
    tell_rate(*c.rate, out.problem == runtime::errc::rate_limited, response);
  return response;
}

} // namespace ainft::http
