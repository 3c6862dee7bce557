#include "actors/ai/agent/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::agent {

using random_life::filler;

static void mend(filler& f, const state&, create_agent& c) {
  c.what.tools.clear();
  for (const auto& name : tool::names())
    c.what.tools.emplace_back(name);
  c.what.approvals = usual_approvals();
  c.what.budget.credits = 200 + f.below(1000);
  c.what.budget.money = lamports{f.below(20)};
}

static void mend(filler& f, const state& s, begin_plan& c) {
  if (!s.shown.run || f.one_in(4))
    return;
  c.run = s.shown.run->number;
  c.step = s.shown.run->steps + 1;
}

static void mend(filler& f, const state& s, finish_plan& c) {
  if (s.shown.plan_job_id && !f.one_in(4))
    c.job = *s.shown.plan_job_id;
  for (auto& call : c.next.calls)
    if (!s.shown.tools.empty() && !f.one_in(4))
      call.name = *ai::tool_name::parse(f.any_of(s.shown.tools).str());
}

/// Names the oldest open call, as the agent's follower would.
template <class Command>
static void name_call(filler& f, const state& s, Command& c) {
  if (s.shown.open_calls.empty() || f.one_in(4))
    return;
  const auto& first = s.shown.open_calls.front();
  c.call = first.call.id;
  if constexpr (requires { c.run; })
    c.run = first.run;
}

static void mend(filler& f, const state& s, answer_approval& c) {
  name_call(f, s, c);
  c.approve = !f.one_in(4);
}

static void mend(filler& f, const state& s, begin_call& c) {
  name_call(f, s, c);
  c.credits = f.below(5);
  c.bid = lamports{f.below(4)};
}

static void mend(filler& f, const state& s, await_job& c) { name_call(f, s, c); }

static void mend(filler& f, const state& s, finish_call& c) { name_call(f, s, c); }

const replay_tests::registration<domain> registered;

} // namespace ainft::agent
