#include "actors/realtime/command.hpp"

#include "runtime/try.hpp"

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

namespace ainft::realtime {

using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;

namespace {

/// A route's response as an acknowledgement.
command_response response_of(const http::reply& r) {
  command_response out;
  out.status = static_cast<uint16_t>(r.status);
  out.version = r.version;
  for (const auto& [name, value] : r.headers)
    if (name == "Idempotent-Replayed")
      out.replayed = true;
  const bool json = r.content_type.find("json") != std::string::npos;
  if (!r.body.empty())
    out.body = runtime::raw_json{json ? r.body : runtime::json_quoted(r.body)};
  return out;
}

struct wanted_command {
  http::verb method;
  std::string path;
  std::string body;
  std::optional<std::string> key;
  boost::beast::http::fields headers;
};

result<wanted_command> read_command(command_request what, size_t limit) {
  wanted_command out;
  out.method = boost::beast::http::string_to_verb(what.method);
  if (out.method == http::verb::unknown)
    return refuse_field("/method", "must be an HTTP method in uppercase, such as POST");
  if (!what.path.starts_with("/"))
    return refuse_field("/path", "must be the path of a route, such as /v1/listings");
  out.path = std::move(what.path);
  if (what.body) {
    out.body = std::move(what.body->text);
    if (out.body.size() > limit)
      return refuse(errc::payload_too_large, "the body has " + std::to_string(out.body.size()) + " bytes and at most "
                                               + std::to_string(limit) + " are accepted");
  }
  out.key = std::move(what.idempotency_key);
  if (what.if_match)
    out.headers.set(boost::beast::http::field::if_match, "\"v" + std::to_string(*what.if_match) + "\"");
  return out;
}

} // namespace

command_service::command_service(caf::actor_system& system, const http::dispatcher& front, command_settings settings)
  : front_{front}, settings_{settings}, commands_{system.metrics().counter_family(
                                          "ainft", "realtime_commands", {"status"}, "Commands received over sockets",
                                          "1", true)} {}

void command_service::count(int status) const { commands_->get_or_add({{"status", std::to_string(status)}})->inc(); }

task<std::string> command_service::run(runtime::principal who, command_request what) const {
  const auto method = what.method;
  AINFT_CO_TRY(wanted, read_command(std::move(what), settings_.body_limit));
  http::call call;
  call.method = wanted.method;
  call.headers = &wanted.headers;
  call.body = std::move(wanted.body);
  call.who = who;
  call.request_id = runtime::uuid::make().str();
  if (auto bad = front_.find_route(call, wanted.path))
    co_return bad;
  if (call.at->body == http::body_kind::stream || call.at->success_type != "application/json")
    co_return refuse_field("/path", "must be a route with JSON content: other routes cannot be called over a socket");
  auto bad = front_.admit(call);
  result<http::reply> done{bad};
  if (!bad)
    done = co_await front_.run(call, wanted.key);
  const auto out = done ? std::move(*done) : http::problem_reply(done.error(), call.target);
  count(out.status);
  if (settings_.log)
    spdlog::info("socket {} {} -> {} ({})", method, std::string{call.target}, out.status, call.request_id);
  co_return runtime::to_json(response_of(out));
}

} // namespace ainft::realtime
