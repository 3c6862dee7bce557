#include "actors/ai/agent/toolbox.hpp"

#include "actors/ai/job/api.hpp"
#include "actors/market/listing/protocol.hpp"
#include "runtime/try.hpp"

#include <nlohmann/json.hpp>

namespace ainft::agent {

using nlohmann::json;
using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;

namespace {

constexpr auto studio_field = "studioId";

/// The names in braces in a route's path.
std::vector<std::string> parameters_of(const std::string& path) {
  std::vector<std::string> out;
  for (auto at = path.find('{'); at != path.npos; at = path.find('{', at + 1))
    out.push_back(path.substr(at + 1, path.find('}', at) - at - 1));
  return out;
}

json reply_schema() {
  return {{"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}, {"required", {"text"}}};
}

json schema_of(const http::route_table& routes, const http::route& r) {
  auto out = routes.body_schema(r);
  out["properties"].erase(studio_field);
  if (auto required = out.find("required"); required != out.end())
    required->erase(std::remove(required->begin(), required->end(), studio_field), required->end());
  for (const auto& name : parameters_of(r.path)) {
    out["properties"][name] = {{"type", "string"}, {"description", "path parameter of " + r.path}};
    out["required"].push_back(name);
  }
  return out;
}

/// A call's arguments, divided into the path and the body of its route.
struct prepared {
  std::string path;
  json parameters; ///< of the path
  json body;
};

result<prepared> prepare(const http::route_table& routes, const http::route& r, const view& of,
                         const ai::tool_call& what) {
  auto arguments = runtime::parse_json(what.arguments.str().empty() ? "{}" : what.arguments.str());
  if (!arguments)
    return std::move(arguments.error());
  if (!arguments->is_object())
    return refuse(errc::malformed_request, "the arguments must be an object");
  prepared out{r.path, json::object(), std::move(*arguments)};
  for (const auto& name : parameters_of(r.path)) {
    const auto given = out.body.find(name);
    const bool fits = given != out.body.end() && given->is_string()
                      && given->get_ref<const std::string&>().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_")
                           == std::string::npos;
    if (!fits)
      return refuse_field("/" + name, "must be an id");
    out.path.replace(out.path.find("{" + name + "}"), name.size() + 2, given->get<std::string>());
    out.parameters[name] = std::move(*given);
    out.body.erase(name);
  }
  if (routes.body_schema(r)["properties"].contains(studio_field))
    out.body[studio_field] = of.studio_id.str();
  return out;
}

} // namespace

const http::route* toolbox::route_of(std::string_view name) const {
  const auto& all = front_.routes().routes();
  const auto it =
    std::find_if(all.begin(), all.end(), [&](const auto& r) { return !r.tool.empty() && r.tool == name; });
  return it == all.end() ? nullptr : &*it;
}

std::vector<ai::tool> toolbox::described(const std::vector<tool>& which) const {
  std::vector<ai::tool> out;
  for (const auto t : which) {
    const std::string name{runtime::name_of(t)};
    if (const auto* r = route_of(name))
      out.push_back({name, r->summary, schema_of(front_.routes(), *r).dump()});
    else
      out.push_back({name, "Send a message to your owner; this ends the run", reply_schema().dump()});
  }
  return out;
}

toolbox::price toolbox::price_of(const view& of, const ai::tool_call& what) const {
  const auto* r = route_of(what.name.str());
  auto asked = r ? prepare(front_.routes(), *r, of, what) : result<prepared>{refuse(errc::not_found, "")};
  // Invalid arguments cost nothing: the route refuses them for the same reason.
  if (!asked)
    return {};
  if (what.name.str() == runtime::name_of(tool::make_job)) {
    auto order = runtime::from_json<ai_job::job_order>(asked->body);
    return {order ? orders_.most_credits(order->what, order->prompt_template ? ai_job::prompt_text::max_length * 2 : 0)
                  : 0,
            {},
            {}};
  }
  if (what.name.str() == runtime::name_of(tool::place_bid)) {
    auto bid = runtime::from_json<listing::new_bid>(asked->body);
    const auto on = listing_id::parse(asked->parameters.at("id").get<std::string>());
    if (bid && on)
      return {0, *on, lamports{bid->amount.get()}};
  }
  return {};
}

task<http::reply> toolbox::run(const view& of, const ai::tool_call& what) const {
  const auto* r = route_of(what.name.str());
  if (!r)
    co_return refuse(errc::not_found, "no tool has this name");
  AINFT_CO_TRY(asked, prepare(front_.routes(), *r, of, what));
  const boost::beast::http::fields headers;
  http::call call;
  call.method = r->method;
  call.headers = &headers;
  call.body = asked.body.dump();
  call.who = {of.owner_id.get(), {}, of.owner_wallet.str()};
  call.agent = http::delegate{of.id.get(), of.studio_id.get(), r->tool};
  call.request_id = runtime::uuid::make().str();
  if (auto bad = front_.find_route(call, asked.path))
    co_return bad;
  if (auto bad = front_.admit(call))
    co_return bad;
  const auto once = of.id.str() + ":" + std::to_string(of.run->number) + ":" + what.id.str();
  const auto key = runtime::uuid::derived(of.run->started_at, once).str();
  co_return co_await front_.run(call, key);
}

} // namespace ainft::agent
