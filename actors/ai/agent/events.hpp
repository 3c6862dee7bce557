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

/// The run starts when no other run is in progress and the agent is not paused.
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

/// The agent is ready to plan its next step. The follower of the journal orders the planning job.
struct plan_due {
  uint32_t run = 0;
  uint32_t step = 0;
};
AINFT_DESCRIBE(plan_due, run, step)

struct plan_begun {
  job_id job;
  uint64_t credits = 0; ///< reserved for the job
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

/// The call may be made. The follower of the journal makes it.
struct call_due {
  uint32_t run = 0;
  ai::tool_call call;
};
AINFT_DESCRIBE(call_due, run, call)

struct call_begun {
  ai::call_id call;
  uint64_t credits = 0; ///< reserved for the call
  lamports money;       ///< what the owner may have to pay, beyond the agent's earlier bid on this listing
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
  std::optional<std::string> reply; ///< text for the owner, from the tool `reply`
  bool late = false;                ///< the run had ended before this answer came
  runtime::time_point at;
};
AINFT_DESCRIBE(call_answered, run, call, result, done, credits, reply, (late, defaulted), at)

/// A job ended after its run was stopped. `credits` is its price.
struct job_settled {
  job_id job;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(job_settled, job, credits)

struct run_ended {
  agent::outcome outcome = agent::outcome::succeeded;
  std::string words;    ///< the reply of a run that succeeded, else the reason
  uint64_t credits = 0; ///< price of the planning job that failed and so ended the run
  runtime::time_point at;
};
AINFT_DESCRIBE(run_ended, outcome, words, (credits, defaulted), at)

} // namespace ainft::agent
