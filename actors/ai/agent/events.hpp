#pragma once

#include "actors/ai/agent/protocol.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::agent {

struct agent_created {
  static constexpr bool shows_view = true;
  agent_id id;
  user_id owner;
  wallet_address owner_wallet;
  new_agent what;
  runtime::time_point at;
};
AINFT_DESCRIBE(agent_created, id, owner, owner_wallet, what, at)
AINFT_ABOUT(agent_created, "The owner has created the agent. `data` is the agent.")

struct agent_changed {
  change_agent changes;
  runtime::time_point at;
};
AINFT_DESCRIBE(agent_changed, changes, at)
AINFT_ABOUT(agent_changed, "The owner has changed the agent. `data` has the members that changed.")
[[nodiscard]] inline change_agent shown(const agent_changed& e) { return e.changes; }

struct agent_paused {};
AINFT_DESCRIBE(agent_paused)
AINFT_ABOUT(agent_paused, "The agent is paused: by its owner, or because its budget is used up.")

struct agent_resumed {};
AINFT_DESCRIBE(agent_resumed)
AINFT_ABOUT(agent_resumed, "The owner has resumed the agent.")

struct agent_retired {};
AINFT_DESCRIBE(agent_retired)
AINFT_ABOUT(agent_retired, "The owner has retired the agent: it is `retired`.")

/// The run starts when no other run is in progress and the agent is not paused.
struct run_queued {
  cause why;
};
AINFT_DESCRIBE(run_queued, (why, shown_as("cause"), about("Why.")))
AINFT_ABOUT(run_queued, "A run waits for its turn.")

struct run_started {
  uint32_t run = 0;
  cause why;
  runtime::time_point at;
};
AINFT_DESCRIBE(run_started, (run, about("Its number.")), (why, shown_as("cause"), about("Why it began.")),
               (at, shown_as("started_at"), about("When.")))
AINFT_ABOUT(run_started, "A run has begun.")

/// The agent is ready to plan its next step. The follower of the journal orders the planning job.
struct plan_due {
  uint32_t run = 0;
  uint32_t step = 0;
};
AINFT_DESCRIBE(plan_due, (run, about("The number of the run.")), (step, about("The number of the step.")))
AINFT_ABOUT(plan_due, "The agent is ready to plan its next step: it is `planning`.")

struct plan_begun {
  job_id job;
  uint64_t credits = 0; ///< reserved for the job
};
AINFT_DESCRIBE(plan_begun, (job, shown_as("plan_job_id"), about("The AI job that plans the step.")),
               (credits, about("Credits of the budget that are reserved for it.")))
AINFT_ABOUT(plan_begun, "An AI job plans the next step.")

struct step_planned {
  ai::plan next;
  uint64_t credits = 0;
  runtime::time_point at;
};
AINFT_DESCRIBE(step_planned, (next, about("What the model wants.")), (credits, about("What the planning cost.")),
               (at, about("When.")))
AINFT_ABOUT(step_planned, "The model has planned the next step.")

struct approval_asked {
  ai::tool_call call;
};
AINFT_DESCRIBE(approval_asked, (call, about("What the model wants.")))
AINFT_ABOUT(approval_asked, "The owner must approve or reject a call: the agent is `awaiting_approval`.")

struct call_approved {
  ai::call_id call;
};
AINFT_DESCRIBE(call_approved, (call, shown_as("call_id"), about("The call.")))
AINFT_ABOUT(call_approved, "The owner has approved a call.")

/// The call may be made. The follower of the journal makes it.
struct call_due {
  uint32_t run = 0;
  ai::tool_call call;
};
AINFT_DESCRIBE(call_due, (run, about("The number of the run.")), (call, about("What the model wants.")))
AINFT_ABOUT(call_due, "The platform may make a call.")

struct call_begun {
  ai::call_id call;
  uint64_t credits = 0; ///< reserved for the call
  lamports money;       ///< what the owner may have to pay, beyond the agent's earlier bid on this listing
  std::optional<listing_id> listing;
  lamports bid;
};
AINFT_DESCRIBE(call_begun, (call, shown_as("call_id"), about("The call.")),
               (credits, about("Credits of the budget that are reserved for it.")),
               (money, about("Lamports of the budget that are reserved for it.")),
               (listing, shown_as("listing_id"), about("The listing on which it bids.")),
               (bid, about("The amount of its bid, in lamports; 0 if it is no bid.")))
AINFT_ABOUT(call_begun, "The platform makes a call.")

struct job_awaited {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};
AINFT_DESCRIBE(job_awaited, (run, about("The number of the run.")), (call, shown_as("call_id"), about("The call.")),
               (job, shown_as("job_id"), about("The AI job that it has ordered.")))
AINFT_ABOUT(job_awaited, "A call has ordered an AI job and waits for it.")

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
AINFT_DESCRIBE(call_answered, (run, about("The number of the run.")), (call, shown_as("call_id"), about("The call.")),
               (result, about("What the model gets: JSON.")), (done, about("`false`: it was refused.")),
               (credits, about("What it cost.")), (reply, about("A text for the owner, from the tool `reply`.")),
               (late, defaulted, about("The run had ended before.")), (at, about("When.")))
AINFT_ABOUT(call_answered, "A call has its result.")

/// A job ended after its run was stopped. `credits` is its price.
struct job_settled {
  job_id job;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(job_settled, (job, shown_as("job_id"), about("The AI job.")), (credits, about("What it cost.")))
AINFT_ABOUT(job_settled, "A job of a stopped run has ended.")

struct run_ended {
  agent::outcome outcome = agent::outcome::succeeded;
  std::string words;    ///< the reply of a run that succeeded, else the reason
  uint64_t credits = 0; ///< price of the planning job that failed and so ended the run
  runtime::time_point at;
};
AINFT_DESCRIBE(run_ended,
               (outcome, about("`exhausted`: the budget did not cover the next step. `stopped`: by the owner.")),
               (words, about("What the agent says at the end, or why the run did not succeed.")),
               (credits, defaulted, about("What the planning job cost that ended the run.")),
               (at, shown_as("ended_at"), about("When.")))
AINFT_ABOUT(run_ended, "The run has ended.")

} // namespace ainft::agent
