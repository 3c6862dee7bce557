// What the program refuses at its start: tools and triggers of agents that do not fit.
#include "actors/ai/agent/toolbox.hpp"

#include <gmock/gmock.h>

#include <cstddef>

namespace {

using namespace ainft;
using testing::HasSubstr;

/// The error of a toolbox with a route for each tool, after `change` has changed the routes.
std::string refusal(const std::function<void(http::route&)>& change) {
  http::route_table routes;
  const http::handler none = [](http::call&) -> http::asio::awaitable<runtime::result<http::reply>> {
    co_return http::reply{};
  };
  for (const auto& name : agent::tool::names()) {
    if (name == agent::reply_tool.str())
      continue;
    auto& r = routes.post("/v1/" + name, "T", "", http::user_right("things.do"), none);
    r.tool = name;
    change(r);
  }
  const http::dispatcher front{routes, {}};
  alignas(services) const std::byte nothing[sizeof(services)]{}; // the toolbox only keeps the reference
  try {
    agent::toolbox{front, reinterpret_cast<const services&>(nothing)}.check_routes();
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "";
}

std::string refusal(std::vector<agent_trigger> triggers) {
  std::vector<const agent_trigger*> all;
  for (const auto& t : triggers)
    all.push_back(&t);
  try {
    agent::check_triggers(all);
  } catch (const std::logic_error& e) {
    return e.what();
  }
  return "";
}

} // namespace

TEST(agent_tools, need_a_route_that_accepts_an_idempotency_key) {
  EXPECT_EQ(refusal([](http::route&) {}), "");
  EXPECT_THAT(refusal([](http::route& r) { r.idempotent = r.tool != "place_bid"; }),
              HasSubstr("tool place_bid of the route /v1/place_bid needs a route that accepts an Idempotency-Key"));
  EXPECT_THAT(refusal([](http::route& r) { r.tool = r.tool == "place_bid" ? "" : r.tool; }),
              HasSubstr("no route is the agents' tool place_bid"));
}

TEST(agent_triggers, have_names_of_their_own_and_are_no_events_of_jobs_or_agents) {
  EXPECT_EQ(refusal({{"nft", "nft_minted"}, {"listing", "listing_sold"}}), "");
  EXPECT_THAT(refusal({{"nft", "nft_minted"}, {"listing", "nft_minted"}}), HasSubstr("trigger listing.nft_minted"));
  for (const std::string_view taken : {"none", "asked", "schedule"})
    EXPECT_THAT(refusal({{"nft", taken}}), HasSubstr("has the name of another one")) << taken;
  for (const std::string_view kind : {"ai_job", "agent"})
    EXPECT_THAT(refusal({{kind, "thing_done"}}), HasSubstr("is an event of a job or of an agent")) << kind;
}
