#include "net/ai/remote/remote_provider.hpp"

#include "net/base64.hpp"
#include "runtime/codec/json_reader.hpp"
#include "runtime/guard.hpp"
#include "runtime/try.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

namespace ainft::ai::remote {

using runtime::errc;
using runtime::refuse;
using runtime::result;

namespace {

constexpr size_t longest_reason = 300;

/// Extracts the reason from an API's error, in the formats of the supported APIs.
std::string reason_of(std::string_view body) {
  const auto j = runtime::parse_json(body);
  std::string out;
  for (const auto* where : {"/error/message", "/errors/0", "/detail", "/message", "/error", "/title"})
    if (j && out.empty())
      out = text_at(*j, json::json_pointer{where});
  return std::string{runtime::cut_utf8(out, longest_reason)};
}

/// The scheme, host and port of a URL.
std::string_view origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  return scheme == url.npos ? std::string_view{} : url.substr(0, url.find('/', scheme + 3));
}

} // namespace

provider_state remote_provider::state() const {
  const auto now = service_.now();
  constexpr health as[] = {health::up, health::down, health::recovering};
  return {as[static_cast<size_t>(now.state)], now.problem};
}

void remote_provider::make(request what, watch_ptr watch, receiver done) {
  boost::asio::co_spawn(executor_, deliver(std::move(what), std::move(watch), std::move(done)),
                        runtime::reported("ai_provider"));
}

boost::asio::awaitable<void> remote_provider::deliver(request what, watch_ptr watch, receiver done) {
  result<product> made{refuse(errc::internal, "")};
  try {
    made = co_await produce(std::move(what), watch);
  } catch (...) {
    runtime::report_exception("ai_provider", std::current_exception());
    made = refuse(errc::internal, service_.name() + ": " + runtime::exception_text(std::current_exception()));
  }
  done(std::move(made));
}

void remote_provider::forget(request what) {
  auto path = end_path(what.reference);
  if (!path.empty() && is_reference(what.reference))
    boost::asio::co_spawn(executor_, end(std::move(path), std::move(what)), runtime::reported("ai_provider"));
}

boost::asio::awaitable<void> remote_provider::end(std::string path, request what) {
  co_await call_off(std::move(path), json::object(), what);
}

product remote_provider::later_with(std::string reference, uint32_t percent) const {
  product out;
  out.not_yet = later{std::move(reference), settings_.training_poll, percent};
  return out;
}

bool is_reference(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  return !text.empty() && text.size() <= 200 && text.find_first_not_of(allowed) == text.npos;
}

client::request remote_provider::to(std::string method, std::string_view path, const request& what,
                                    const watch_ptr& watch) const {
  client::request r;
  r.method = std::move(method);
  r.url = settings_.url + std::string{path};
  if (const auto& key = what.key.empty() ? settings_.key : what.key; !key.empty())
    r.headers.push_back("Authorization: Bearer " + key);
  r.timeout = settings_.timeout;
  r.max_response = largest_answer;
  r.cancelled = watch->cancelled();
  return r;
}

client::request remote_provider::post(std::string_view path, const json& body, const request& what,
                                      const watch_ptr& watch) const {
  auto r = to("POST", path, what, watch);
  r.headers.emplace_back("Content-Type: application/json");
  r.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return r;
}

caf::error remote_provider::explain(const client::response& got) const {
  // The API's reason may contain a part of the key, so it is not repeated here.
  if (got.status == 401)
    return refuse(errc::forbidden, service_.name() + " rejected the API key");
  const auto reason = reason_of(got.body);
  if (got.status == 402)
    return refuse(errc::forbidden,
                  service_.name() + ": the account has no credit left" + (reason.empty() ? "" : ": " + reason));
  return refuse(errc::conflict, service_.name()
                                  + (reason.empty() ? " responded with status " + std::to_string(got.status)
                                                    : " rejected the request: " + reason));
}

task<client::response> remote_provider::send(client::request r, bool repeats) {
  auto got = co_await service_.call(std::move(r), repeats);
  if (!got)
    co_return std::move(got.error());
  if (got->status / 100 != 2)
    co_return explain(*got);
  co_return got;
}

caf::error remote_provider::strange_answer() const {
  return refuse(errc::unavailable, service_.name() + " sent a response in an unknown format");
}

task<json> remote_provider::send_json(client::request r, bool repeats) {
  AINFT_CO_TRY(got, co_await send(std::move(r), repeats));
  auto out = runtime::parse_json(got.body);
  if (!out)
    co_return strange_answer();
  co_return std::move(*out);
}

boost::asio::awaitable<void> remote_provider::call_off(std::string path, json body, const request& what) {
  const auto still_wanted = std::make_shared<making>();
  auto r = post(path, body, what, still_wanted);
  (void)co_await send(std::move(r));
}

task<std::string> remote_provider::fetch(std::string url, watch_ptr watch) {
  client::request r;
  r.public_only = origin_of(url) != origin_of(settings_.url);
  r.url = std::move(url);
  r.timeout = settings_.timeout;
  r.max_response = largest_picture;
  r.cancelled = watch->cancelled();
  AINFT_CO_TRY(got, co_await send(std::move(r)));
  co_return std::move(got.body);
}

boost::asio::awaitable<void> remote_provider::pause() const {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, settings_.poll};
  co_await timer.async_wait(boost::asio::use_awaitable);
}

std::string remote_provider::model_of(const request& what) const {
  if (!what.model.empty())
    return what.model;
  return what.what == work::text || what.what == work::metadata ? settings_.text_model : settings_.image_model;
}

std::string text_of(const json& j, const char* field) {
  return j.is_object() && j.contains(field) && j[field].is_string() ? j[field].get<std::string>() : "";
}

std::string text_at(const json& j, const json::json_pointer& where) {
  return j.contains(where) && j.at(where).is_string() ? j.at(where).get<std::string>() : "";
}

uint64_t count_at(const json& j, const json::json_pointer& where) {
  return j.contains(where) && j.at(where).is_number_unsigned() ? j.at(where).get<uint64_t>() : 0;
}

result<std::string> picture_from_base64(std::string_view text) {
  if (text.starts_with("data:"))
    text.remove_prefix(std::min(text.find(',') + 1, text.size()));
  auto bytes = net::base64_decode(text);
  if (!bytes || bytes->empty())
    return refuse(errc::unavailable, "the provider's response is not a picture");
  return std::move(*bytes);
}

const char* const metadata_instructions =
  "You write the metadata of a collectible for the picture that the user describes. Answer with one JSON object and "
  "nothing else: "
  R"({"name": at most 32 bytes, "description": two or three sentences, "attributes": )"
  R"([{"traitType": ..., "value": ...}, at most 8]})";

result<std::string> metadata_from(std::string_view text) {
  const auto bad = refuse(errc::unavailable, "the model's response is not valid metadata");
  // Models often put JSON in a code fence.
  const auto first = text.find('{'), last = text.rfind('}');
  if (first == text.npos || last == text.npos || last < first)
    return bad;
  const auto parsed = runtime::parse_json(text.substr(first, last - first + 1));
  const auto j = parsed ? *parsed : json{};
  const auto is_text = [](const json& of, const char* field, size_t most) {
    return of.is_object() && of.contains(field) && of[field].is_string()
           && !of[field].get_ref<const std::string&>().empty()
           && of[field].get_ref<const std::string&>().size() <= most;
  };
  if (!is_text(j, "name", 32) || !is_text(j, "description", 4000))
    return bad;
  nlohmann::ordered_json out{{"name", j["name"]}, {"description", j["description"]}, {"attributes", json::array()}};
  const auto attributes = j.value("attributes", json::array());
  if (attributes.size() > 32)
    return bad;
  for (const auto& a : attributes) {
    if (!is_text(a, "traitType", 64) || !is_text(a, "value", 64))
      return bad;
    out["attributes"].push_back({{"traitType", a["traitType"]}, {"value", a["value"]}});
  }
  return out.dump();
}

} // namespace ainft::ai::remote
