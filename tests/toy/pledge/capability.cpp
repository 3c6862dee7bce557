#include "actors/kind_of.hpp"
#include "config/options.hpp"
#include "tests/toy/pledge/domain.hpp"
#include "tests/toy/pledge/flow.hpp"
#include "tests/toy/pledge/follower.hpp"
#include "tests/toy/pledge/queries.hpp"
#include "tests/toy/pledge/routes.hpp"
#include "tests/toy/pledge/settings.hpp"

namespace ainft::pledge {

namespace {

std::vector<supervised_part> parts(const services& s) {
  return {{"pledges", {}, [&s] { return start_follower(s); }}};
}

/// A pledge commits the owner to pay it.
agent_tool::price price_of_pledge(const services&, const agent_tool::arguments& given) {
  const auto made = runtime::from_json<new_pledge>(given.body);
  return made ? agent_tool::price{0, lamports{made->amount.get()}, {}} : agent_tool::price{};
}

} // namespace

capability make_capability() {
  capability out{"pledge"};
  out.kinds = {kind_of<domain, pledge_id>(visible_events::all, {{"pledges", {"pledge_made", "pledge_paid"}}},
                                          {{"user", "the owner"}})};
  out.routes = add_routes;
  out.rooms = {{.name = "pledge",
                .about = "The events of a pledge.",
                .id_prefix = pledge_id::prefix,
                .snapshot = entity_snapshot<domain>,
                .is_entity = true,
                .resumes_at_version = true},
               {.name = "pledges", .about = "New and paid pledges."}};
  out.singletons = {{"pledges", "followers", parts}};
  out.flows = {payment_flow()};
  out.tools = {{.name = "make_pledge", .needs_approval = true, .price_of = price_of_pledge}};
  out.triggers = {{"pledge", "pledge_paid", studio_of}};
  out.settings = {config::section_of<settings>("pledges", "pledges")};
  return out;
}

} // namespace ainft::pledge
