#pragma once

#include "actors/ai/job/protocol.hpp"
#include "actors/money.hpp"
#include "net/ai/conversation.hpp"
#include "runtime/codec/describe.hpp"

#include <deque>

namespace ainft::agent {

/// What an agent may have done. All but `reply` are routes that its owner could call.
AINFT_ENUM(tool, make_job, draft_nft, list_nft, place_bid, reply)

/// What begins a run by itself, in the agent's studio.
AINFT_ENUM(trigger, none, nft_minted, listing_live, listing_sold)

AINFT_ENUM(cause_kind, asked, schedule, nft_minted, listing_live, listing_sold)

AINFT_ENUM(phase, idle, planning, acting, awaiting_approval, retired)

AINFT_ENUM(outcome, running, succeeded, failed, exhausted, stopped)

using agent_name = runtime::display_text<100>;
using goal_text = runtime::paragraph_text<1, 4000>;
using note_text = runtime::paragraph_text<0, 1000>;
using asked_text = runtime::paragraph_text<0, 4000>;

/// Runs that begin by the clock: each `every` seconds from `from` on. None where `every` is 0.
struct schedule {
  uint32_t every = 0; ///< 60 to 31,536,000, or 0
  std::optional<runtime::time_point> from; ///< when the agent was made, if absent
  friend bool operator==(const schedule&, const schedule&) = default;
};
AINFT_DESCRIBE(schedule, every, from)

/// All that an agent may ever use: credits of jobs, its plans included, and money that it binds its owner to pay.
struct budget {
  uint64_t credits = 0;
  lamports money;
  friend bool operator==(const budget&, const budget&) = default;
};
AINFT_DESCRIBE(budget, (credits, defaulted), (money, defaulted))

/// What binds its owner is asked for first, unless the owner says otherwise.
inline std::vector<tool> usual_approvals() { return {tool::list_nft, tool::place_bid}; }

/// The body of POST /v1/ai/agents.
struct new_agent {
  ainft::studio_id studio;
  agent_name name;
  goal_text goal;
  std::vector<tool> tools;
  ai_job::provider_name provider; ///< whose chat model plans
  ai_job::model_name model;
  agent::schedule schedule;
  agent::trigger trigger = agent::trigger::none;
  agent::budget budget;
  std::vector<tool> approvals = usual_approvals(); ///< tools that the owner is asked for each time
};
AINFT_DESCRIBE(new_agent, (studio, "studio_id"), name, goal, tools, provider, (model, defaulted), (schedule, defaulted),
               (trigger, defaulted), budget, (approvals, defaulted))

struct create_agent {
  static constexpr bool creates = true;
  agent_id id;
  new_agent what;
};
AINFT_DESCRIBE(create_agent, id, what)

/// The body of PATCH /v1/ai/agents/{id}. It holds from the next step on.
struct change_agent {
  std::optional<agent_name> name;
  std::optional<goal_text> goal;
  std::optional<std::vector<tool>> tools;
  std::optional<ai_job::provider_name> provider;
  std::optional<ai_job::model_name> model;
  std::optional<agent::schedule> schedule;
  std::optional<agent::trigger> trigger;
  std::optional<agent::budget> budget;
  std::optional<std::vector<tool>> approvals;
};
AINFT_DESCRIBE(change_agent, name, goal, tools, provider, model, schedule, trigger, budget, approvals)

/// No next step is begun, and no run; what is under way comes to its end.
struct pause_agent {};
AINFT_DESCRIBE(pause_agent)

struct resume_agent {};
AINFT_DESCRIBE(resume_agent)

struct retire_agent {};
AINFT_DESCRIBE(retire_agent)

/// Why a run begins. The model is told.
struct cause {
  cause_kind kind = cause_kind::asked;
  asked_text message; ///< of the owner, where asked
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
  uint64_t position = 0; ///< in the journal, of the event that it is; 0 where it is none
  friend bool operator==(const cause&, const cause&) = default;
};
AINFT_DESCRIBE(cause, kind, (message, defaulted), (nft, "nft_id"), (listing, "listing_id"), (position, defaulted))

/// Begins a run, or has one begin after the present one.
struct start_run {
  cause why;
};
AINFT_DESCRIBE(start_run, why)

/// Ends the present run.
struct stop_run {};
AINFT_DESCRIBE(stop_run)

/// The body of POST /v1/ai/agents/{id}/approvals: the owner's word on the call that waits for it.
struct answer_approval {
  ai::call_id call;
  bool approve = false;
  note_text note; ///< the model is told
};
AINFT_DESCRIBE(answer_approval, (call, "call_id"), approve, (note, defaulted))

/// The platform is about to have a step planned, by a job that costs at most so much.
struct begin_plan {
  uint32_t run = 0;
  uint32_t step = 0;
  job_id job;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(begin_plan, run, step, job, credits)

/// What the model wants next, and what that took.
struct finish_plan {
  job_id job;
  ai::plan next;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(finish_plan, job, next, credits)

/// The step could not be planned.
struct fail_plan {
  job_id job;
  std::string reason;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(fail_plan, job, reason, credits)

/// The platform is about to do what a call asks for, at this price at most.
struct begin_call {
  uint32_t run = 0;
  ai::call_id call;
  uint64_t credits = 0;
  std::optional<listing_id> listing; ///< that is bid on
  lamports bid;
};
AINFT_DESCRIBE(begin_call, run, call, credits, listing, bid)

/// The call's job is under way.
struct await_job {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};
AINFT_DESCRIBE(await_job, run, call, job)

/// What a call came to.
struct finish_call {
  uint32_t run = 0;
  ai::call_id call;
  ai::spoken_text result; ///< JSON
  bool done = false;      ///< or refused
};
AINFT_DESCRIBE(finish_call, run, call, result, done)

/// The same for the call that waits for a job.
struct finish_job_call {
  job_id job;
  ai::spoken_text result;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(finish_job_call, job, result, credits)

// -- answers --------------------------------------------------------------------------------------------------------

/// A run, as lists have it too.
struct run_view {
  uint32_t number = 0;
  agent::outcome outcome = agent::outcome::running;
  cause why;
  uint32_t steps = 0;
  std::string words; ///< what it replied, or why it ended otherwise
  uint64_t credits = 0;
  runtime::time_point started_at;
  std::optional<runtime::time_point> ended_at;
};
AINFT_DESCRIBE(run_view, number, outcome, (why, "cause"), steps, words, credits, started_at, ended_at)

/// A call that has no answer yet.
struct open_call {
  uint32_t run = 0;
  ai::tool_call call;
  bool asked = false;    ///< its owner's approval
  bool approved = false;
  bool due = false;
  bool begun = false;
  uint64_t credits = 0;  ///< kept for it
  lamports money;
  std::optional<listing_id> listing; ///< that is bid on
  lamports bid;
  std::optional<job_id> job; ///< that it waits for
};
AINFT_DESCRIBE(open_call, run, call, asked, approved, due, begun, credits, money, (listing, "listing_id"), bid,
               (job, "job_id"))

struct view {
  agent_id id;
  ainft::studio_id studio_id;
  user_id owner_id;
  wallet_address owner_wallet;
  agent_name name;
  goal_text goal;
  std::vector<tool> tools;
  ai_job::provider_name provider;
  ai_job::model_name model;
  agent::schedule schedule;
  agent::trigger trigger = agent::trigger::none;
  agent::budget budget;
  agent::budget used; ///< with what is kept for what is under way
  std::vector<tool> approvals;
  phase state = phase::idle;
  bool paused = false;
  std::optional<run_view> run; ///< the present one, or the last
  std::vector<open_call> open_calls;
  std::optional<job_id> plan_job_id; ///< while a step is planned
  uint32_t runs_waiting = 0;
  std::optional<runtime::time_point> next_run_at; ///< by the schedule
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, studio_id, owner_id, owner_wallet, name, goal, tools, provider, model, schedule, trigger,
               budget, used, approvals, state, paused, run, open_calls, plan_job_id, runs_waiting, next_run_at,
               created_at)

} // namespace ainft::agent

CAF_BEGIN_TYPE_ID_BLOCK(ainft_agent, ainft::runtime::capability_type_ids(10))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::create_agent))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::change_agent))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::pause_agent))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::resume_agent))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::retire_agent))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::start_run))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::stop_run))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::answer_approval))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::begin_plan))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::finish_plan))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::fail_plan))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::begin_call))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::await_job))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::finish_call))
  CAF_ADD_TYPE_ID(ainft_agent, (ainft::agent::finish_job_call))
CAF_END_TYPE_ID_BLOCK(ainft_agent)
