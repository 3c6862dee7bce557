#include "net/http/call.hpp"

#include "net/base64.hpp"
#include "net/http/field_text.hpp"
#include "net/http/query_number.hpp"
#include "runtime/try.hpp"

#include <charconv>
#include <chrono>

namespace ainft::http {

using namespace runtime;

command_context call::context() const {
  command_context out;
  out.who = who;
  out.request_id = request_id;
  out.expected_version = expected_version;
  return out;
}

result<std::optional<std::string_view>> one_field(const beast::http::fields& headers, std::string_view name) {
  const auto [first, end] = headers.equal_range({name.data(), name.size()});
  if (first == end)
    return std::optional<std::string_view>{};
  if (std::next(first) != end)
    return refuse_field("/headers/" + std::string{name}, "must occur only once");
  return std::optional{view(first->value())};
}

result<std::optional<uint64_t>> read_if_match(const beast::http::fields& headers) {
  constexpr std::string_view name = "If-Match", before = "\"v", after = "\"";
  AINFT_TRY(found, one_field(headers, name));
  if (!found || *found == "*")
    return std::optional<uint64_t>{};
  auto tag = *found;
  uint64_t version = 0;
  if (tag.size() > before.size() + after.size() && tag.starts_with(before) && tag.ends_with(after)) {
    tag = tag.substr(before.size(), tag.size() - before.size() - after.size());
    if (const auto [end, bad] = std::from_chars(tag.data(), tag.data() + tag.size(), version);
        bad == std::errc{} && end == tag.data() + tag.size())
      return std::optional{version};
  }
  return refuse_field("/headers/" + std::string{name}, "must be a version such as \"v7\", or *");
}

command_context call::final_context(int status, std::string before, std::string after) {
  auto out = context();
  out.of_new_id = !idempotency && !agent;
  if (idempotency) {
    idempotency->recorded = true;
    out.idempotency = idempotency_record{who.user,          idempotency->key, static_cast<uint16_t>(status),
                                         std::move(before), std::move(after), idempotency->reserved_id};
  }
  return out;
}

reply entity_reply(answer a, int status) {
  reply out;
  out.status = status;
  out.version = a.version;
  out.body = std::move(a.body);
  return out;
}

namespace {

/// Quotas are per day, in UTC.
std::chrono::seconds until_tomorrow() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days{1} - now;
}

} // namespace

reply problem_reply(const caf::error& error, std::string_view instance) {
  const auto p = explain(error);
  const auto& t = traits(p.code);
  reply out;
  out.status = t.status;
  out.problem = p.code;
  out.content_type = "application/problem+json";
  nlohmann::json doc{{"type", "about:blank#" + std::string{t.code}},
                     {"title", std::string{t.title}},
                     {"status", t.status},
                     {"detail", p.detail},
                     {"instance", std::string{instance}},
                     {"code", std::string{t.code}}};
  if (!p.fields.empty()) {
    auto fields = nlohmann::json::array();
    for (const auto& f : p.fields)
      fields.push_back({{"pointer", f.pointer}, {"rule", f.rule}});
    doc["errors"] = std::move(fields);
    if (p.more_fields > 0)
      doc["moreErrors"] = p.more_fields;
  }
  out.body = doc.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (p.code == errc::quota_exceeded)
    out.headers.emplace_back("Retry-After", std::to_string(until_tomorrow().count()));
  else if (t.status == 429 || t.status == 503 || p.code == errc::idempotency_in_progress)
    out.headers.emplace_back("Retry-After", "1");
  if (t.status == 401)
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

namespace {

result<std::optional<uuid>> read_cursor(const call& c) {
  const auto it = c.query.find("cursor");
  if (it == c.query.end())
    return std::optional<uuid>{};
  const auto bytes = net::base64url_decode(it->second);
  if (!bytes || bytes->size() != 16)
    return refuse_field("/query/cursor", "must be the nextCursor of an earlier page");
  uuid id;
  std::copy(bytes->begin(), bytes->end(), id.bytes.begin());
  return std::optional{id};
}

} // namespace

result<page> read_page(const call& c) {
  const auto limit = query_number(c, "limit", 1, largest_page);
  const auto after = read_cursor(c);
  if (auto bad = errors_of(limit, after))
    return bad;
  return page{static_cast<size_t>(limit->value_or(page{}.limit)), *after};
}

std::string cursor_after(const uuid& last) {
  return net::base64url_encode({reinterpret_cast<const char*>(last.bytes.data()), last.bytes.size()});
}

reply list_reply(const std::vector<std::string>& items, const std::optional<uuid>& last) {
  reply out;
  out.body = "{\"items\":[";
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0)
      out.body += ',';
    out.body += items[i];
  }
  out.body += "],\"nextCursor\":";
  out.body += last ? "\"" + cursor_after(*last) + "\"" : "null";
  out.body += '}';
  return out;
}

} // namespace ainft::http
