#pragma once

#include "actors/ai/agent/protocol.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::agent {

struct agent_created {
  agent_id id;
  user_id owner;
  wallet_address owner_wallet;
  new_agent what;
  runtime::time_point at;
};
AINFT_DESCRIBE(agent_created, id, owner, owner_wallet, what, at)

struct agent_changed {
  change_agent changes;
  runtime::time_point at;
};
AINFT_DESCRIBE(agent_changed, changes, at)

struct agent_paused {};
AINFT_DESCRIBE(agent_paused)

struct agent_resumed {};
AINFT_DESCRIBE(agent_resumed)

struct agent_retired {};
AINFT_DESCRIBE(agent_retired)

/// A run is to begin when the present one has ended.
struct run_queued {
  cause why;
};
AINFT_DESCRIBE(run_queued, why)

struct run_started {
  uint32_t run = 0;
  cause why;
  runtime::time_point at;
};
AINFT_DESCRIBE(run_started, run, why, at)

/// The next step is to be planned. (Whoever follows the journal does it.)
struct plan_due {
  uint32_t run = 0;
  uint32_t step = 0;
};
AINFT_DESCRIBE(plan_due, run, step)

struct plan_begun {
  job_id job;
  uint64_t credits = 0; ///< kept for it
};
AINFT_DESCRIBE(plan_begun, job, credits)

struct step_planned {
  ai::plan next;
  uint64_t credits = 0;
  runtime::time_point at;
};
AINFT_DESCRIBE(step_planned, next, credits, at)

struct approval_asked {
  ai::tool_call call;
};
AINFT_DESCRIBE(approval_asked, call)

struct call_approved {
  ai::call_id call;
};
AINFT_DESCRIBE(call_approved, call)

/// A call is to be done. (Whoever follows the journal does it.)
struct call_due {
  uint32_t run = 0;
  ai::tool_call call;
};
AINFT_DESCRIBE(call_due, run, call)

struct call_begun {
  ai::call_id call;
  uint64_t credits = 0; ///< kept for it
  lamports money;       ///< that its owner is bound to pay by it beyond what the agent bid there before
  std::optional<listing_id> listing;
  lamports bid;
};
AINFT_DESCRIBE(call_begun, call, credits, money, listing, bid)

struct job_awaited {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};
AINFT_DESCRIBE(job_awaited, run, call, job)

struct call_answered {
  uint32_t run = 0;
  ai::call_id call;
  ai::spoken_text result;
  bool done = false;
  uint64_t credits = 0;
  std::optional<std::string> reply; ///< that the agent gives its owner
  bool late = false; ///< its run had been stopped before
  runtime::time_point at;
};
AINFT_DESCRIBE(call_answered, run, call, result, done, credits, reply, (late, defaulted), at)

/// A job that a stopped run had left under way has ended, at this price.
struct job_settled {
  job_id job;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(job_settled, job, credits)

struct run_ended {
  agent::outcome outcome = agent::outcome::succeeded;
  std::string words; ///< the reply, or the reason
  uint64_t credits = 0; ///< that the plan took which did not come about
  runtime::time_point at;
};
AINFT_DESCRIBE(run_ended, outcome, words, (credits, defaulted), at)

} // namespace ainft::agent
