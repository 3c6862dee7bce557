#include "actors/ai/agent/toolbox.hpp"

#include "runtime/try.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace ainft::agent {

using nlohmann::json;
using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;

namespace {

constexpr auto studio_field = "studioId";

json reply_schema() {
  return {{"type", "object"}, {"properties", {{"text", {{"type", "string"}}}}}, {"required", {"text"}}};
}

json schema_of(const http::route_table& routes, const http::route& r) {
  auto out = routes.body_schema(r);
  out["properties"].erase(studio_field);
  if (auto required = out.find("required"); required != out.end())
    required->erase(std::remove(required->begin(), required->end(), studio_field), required->end());
  for (const auto& name : http::parameters_of(r.path)) {
    out["properties"][name] = {{"type", "string"}, {"description", "path parameter of " + r.path}};
    out["required"].push_back(name);
  }
  return out;
}

struct prepared {
  std::string path;
  agent_tool::arguments arguments;
};

result<prepared> prepare(const http::route_table& routes, const http::route& r, const view& of,
                         const ai::tool_call& what) {
  auto arguments = runtime::parse_json(what.arguments.str().empty() ? "{}" : what.arguments.str());
  if (!arguments)
    return std::move(arguments.error());
  if (!arguments->is_object())
    return refuse(errc::malformed_request, "the arguments must be an object");
  prepared out{r.path, {json::object(), std::move(*arguments)}};
  auto& [parameters, body] = out.arguments;
  for (const auto& name : http::parameters_of(r.path)) {
    const auto given = body.find(name);
    const bool fits = given != body.end() && given->is_string()
                      && given->get_ref<const std::string&>().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_")
                           == std::string::npos;
    if (!fits)
      return refuse_field("/" + name, "must be an id: lowercase letters, digits and underscores");
    out.path.replace(out.path.find("{" + name + "}"), name.size() + 2, given->get<std::string>());
    parameters[name] = std::move(*given);
    body.erase(name);
  }
  if (routes.body_schema(r)["properties"].contains(studio_field))
    body[studio_field] = of.studio_id.str();
  return out;
}

} // namespace

const http::route* toolbox::route_of(std::string_view name) const {
  const auto& all = front_.routes().routes();
  const auto it =
    std::find_if(all.begin(), all.end(), [&](const auto& r) { return !r.tool.empty() && r.tool == name; });
  return it == all.end() ? nullptr : &*it;
}

void toolbox::check_routes() const {
  for (const auto& name : tool::names())
    if (name != reply_tool.str() && !route_of(name))
      throw std::logic_error{"no route is the agents' tool " + name};
  std::set<std::string> names;
  for (const auto& r : front_.routes().routes()) {
    if (r.tool.empty())
      continue;
    const auto fail = [&r](const char* why) {
      throw std::logic_error{"the agents' tool " + r.tool + " of the route " + r.path + " " + why};
    };
    if (!find_tool(r.tool) || r.tool == reply_tool.str())
      fail("is not a tool of a capability");
    if (!names.insert(r.tool).second)
      fail("is the tool of another route, too");
    if (!r.idempotent) // a follower may make a call twice
      fail("needs a route that accepts an Idempotency-Key");
  }
  check_triggers();
}

std::vector<ai::tool> toolbox::described(const std::vector<tool>& which) const {
  std::vector<ai::tool> out;
  for (const auto& t : which) {
    if (const auto* r = route_of(t.str()))
      out.push_back(
        {t.str(), r->about.empty() ? r->summary : r->summary + ". " + r->about, schema_of(front_.routes(), *r).dump()});
    else if (t == reply_tool)
      out.push_back({t.str(), "Send a message to your owner; this ends the run", reply_schema().dump()});
  }
  return out;
}

agent_tool::price toolbox::price_of(const view& of, const ai::tool_call& what) const {
  const auto* t = find_tool(what.name.str());
  const auto* r = route_of(what.name.str());
  if (!t || !t->price_of || !r)
    return {};
  const auto asked = prepare(front_.routes(), *r, of, what);
  // Invalid arguments cost nothing: the route refuses them for the same reason.
  auto out = asked ? t->price_of(s_, asked->arguments) : agent_tool::price{};
  if (!t->orders_job)
    out.credits = 0; // nothing would settle them
  return out;
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
  call.body = asked.arguments.body.dump();
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
