#include "actors/ai/agent/domain.hpp"
#include "actors/ai/agent/follower.hpp"
#include "actors/ai/agent/routes.hpp"
#include "actors/kind_of.hpp"

namespace ainft::agent {

namespace {

std::vector<supervised_part> parts(const services& s) {
  return {{"agents", {}, [&s] { return start_follower(s); }}};
}

} // namespace

capability make_capability() {
  capability out{"agent"};
  out.kinds = {kind_of<domain, agent_id>(visible_events::all, {}, {{"user", "the owner"}})};
  out.routes = add_routes;
  out.rooms = {{.name = "agent",
                .about = "An agent's plans, calls and questions, and its AI jobs. Open to its owner.",
                .id_prefix = agent_id::prefix,
                .snapshot = entity_snapshot<domain>,
                .is_entity = true}};
  out.singletons = {{"agents", "followers", parts}};
  out.tools = {{.name = reply_tool.str()}};
  return out;
}

} // namespace ainft::agent
