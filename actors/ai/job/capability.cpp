#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/order_service.hpp"
#include "actors/ai/job/routes.hpp"
#include "actors/ai/job/signed_outputs.hpp"
#include "actors/kind_of.hpp"

namespace ainft::ai_job {

namespace {

agent_tool::price price_of_order(const services& s, const agent_tool::arguments& given) {
  const auto order = runtime::from_json<job_order>(given.body);
  if (!order)
    return {};
  return {s.ai.orders.most_credits(order->what, order->prompt_template ? prompt_text::max_length * 2 : 0), {}, {}};
}

} // namespace

capability make_capability() {
  capability out{"ai_job"};
  out.kinds = {kind_of<domain, job_id>(visible_events::all, {},
                                       {{"user", "the requester"}, {"agent", "the agent that ordered it"}})};
  out.routes = add_routes;
  out.tools = {{.name = "make_job", .orders_job = true, .price_of = price_of_order}};
  out.rooms = {{.name = "job",
                .about = "The progress and the end of an AI job. Open to its requester.",
                .id_prefix = job_id::prefix,
                .snapshot = show,
                .is_entity = true}};
  return out;
}

} // namespace ainft::ai_job
