#pragma once

#include "actors/ai/job/protocol.hpp"
#include "actors/money.hpp"
#include "net/ai/conversation.hpp"
#include "runtime/codec/describe.hpp"

#include <deque>

namespace ainft::agent {

/// The tools of an agent. Each one except `reply` is a route that its owner could call.
AINFT_ENUM(tool, make_job, draft_nft, list_nft, place_bid, reply)

/// The type of event in the agent's studio that starts a run.
AINFT_ENUM(trigger, none, nft_minted, listing_live, listing_sold)

AINFT_ENUM(cause_kind, asked, schedule, nft_minted, listing_live, listing_sold)

AINFT_ENUM(phase, idle, planning, acting, awaiting_approval, retired)

AINFT_ENUM(outcome, running, succeeded, failed, exhausted, stopped)

using agent_name = runtime::display_text<100>;
using goal_text = runtime::paragraph_text<1, 4000>;
using note_text = runtime::paragraph_text<0, 1000>;
using asked_text = runtime::paragraph_text<0, 4000>;

/// Scheduled runs: one at `from`, then one every `every` seconds. 0 disables the schedule.
struct schedule {
  uint32_t every = 0;                      ///< seconds: 60 to 31,536,000, or 0
  std::optional<runtime::time_point> from; ///< if absent, the first run is `every` seconds after the schedule was set
  friend bool operator==(const schedule&, const schedule&) = default;
};
AINFT_DESCRIBE(schedule, every, from)

/// An agent's limits for its whole life: credits of jobs (with its planning jobs), and money that it may commit its
/// owner to pay.
struct budget {
  uint64_t credits = 0;
  lamports money;
  friend bool operator==(const budget&, const budget&) = default;
};
AINFT_DESCRIBE(budget, (credits, defaulted), (money, defaulted))

/// By default, the owner approves each call that commits the owner.
inline std::vector<tool> usual_approvals() { return {tool::list_nft, tool::place_bid}; }

/// The body of POST /v1/ai/agents.
struct new_agent {
  ainft::studio_id studio;
  agent_name name;
  goal_text goal;
  std::vector<tool> tools;
  ai_job::provider_name provider; ///< its chat model plans the steps
  ai_job::model_name model;
  agent::schedule schedule;
  agent::trigger trigger = agent::trigger::none;
  agent::budget budget;
  std::vector<tool> approvals = usual_approvals(); ///< the owner approves each call of these tools
};
AINFT_DESCRIBE(new_agent, (studio, "studio_id"), name, goal, tools, provider, (model, defaulted), (schedule, defaulted),
               (trigger, defaulted), budget, (approvals, defaulted))

struct create_agent {
  static constexpr bool creates = true;
  agent_id id;
  new_agent what;
};
AINFT_DESCRIBE(create_agent, id, what)

/// The body of PATCH /v1/ai/agents/{id}. A change applies from the next step.
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

/// The agent begins no step, call or run while paused. Work in progress continues to its end.
struct pause_agent {};
AINFT_DESCRIBE(pause_agent)

struct resume_agent {};
AINFT_DESCRIBE(resume_agent)

struct retire_agent {};
AINFT_DESCRIBE(retire_agent)

/// The cause of a run. The model gets it as the run's first message.
struct cause {
  cause_kind kind = cause_kind::asked;
  asked_text message; ///< from the owner, if kind is `asked`
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
  uint64_t position = 0; ///< of the trigger event in the journal; 0 if no event caused the run
  friend bool operator==(const cause&, const cause&) = default;
};
AINFT_DESCRIBE(cause, kind, (message, defaulted), (nft, "nft_id"), (listing, "listing_id"), (position, defaulted))

/// Starts a run, or queues it if a run is in progress.
struct start_run {
  cause why;
};
AINFT_DESCRIBE(start_run, why)

/// Ends the present run with outcome::stopped.
struct stop_run {};
AINFT_DESCRIBE(stop_run)

/// The body of POST /v1/ai/agents/{id}/approvals: the owner's decision on the call that waits for approval.
struct answer_approval {
  ai::call_id call;
  bool approve = false;
  note_text note; ///< for the model, if the call is not approved
};
AINFT_DESCRIBE(answer_approval, (call, "call_id"), approve, (note, defaulted))

/// The platform is about to order the job that plans a step. `credits` is the job's highest possible price.
struct begin_plan {
  uint32_t run = 0;
  uint32_t step = 0;
  job_id job;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(begin_plan, run, step, job, credits)

/// The plan that the model made, and its price.
struct finish_plan {
  job_id job;
  ai::plan next;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(finish_plan, job, next, credits)

/// The planning failed.
struct fail_plan {
  job_id job;
  std::string reason;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(fail_plan, job, reason, credits)

/// The platform is about to make a call. `credits` and `bid` are its highest possible price.
struct begin_call {
  uint32_t run = 0;
  ai::call_id call;
  uint64_t credits = 0;
  std::optional<listing_id> listing; ///< the one to bid on
  lamports bid;
};
AINFT_DESCRIBE(begin_call, run, call, credits, listing, bid)

/// The platform has ordered the call's job.
struct await_job {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};
AINFT_DESCRIBE(await_job, run, call, job)

/// The result of a call.
struct finish_call {
  uint32_t run = 0;
  ai::call_id call;
  ai::spoken_text result; ///< JSON
  bool done = false;      ///< false if it was refused
};
AINFT_DESCRIBE(finish_call, run, call, result, done)

/// The result of a call that waited for a job.
struct finish_job_call {
  job_id job;
  ai::spoken_text result;
  uint64_t credits = 0;
};
AINFT_DESCRIBE(finish_job_call, job, result, credits)

// -- answers --------------------------------------------------------------------------------------------------------

/// A run, also as a member of lists.
struct run_view {
  uint32_t number = 0;
  agent::outcome outcome = agent::outcome::running;
  cause why;
  uint32_t steps = 0;
  std::string words; ///< the reply, or why the run did not succeed
  uint64_t credits = 0;
  runtime::time_point started_at;
  std::optional<runtime::time_point> ended_at;
};
AINFT_DESCRIBE(run_view, number, outcome, (why, "cause"), steps, words, credits, started_at, ended_at)

/// A call that has no answer yet.
struct open_call {
  uint32_t run = 0;
  ai::tool_call call;
  bool asked = false; ///< the owner was asked for approval
  bool approved = false;
  bool due = false;
  bool begun = false;
  uint64_t credits = 0; ///< reserved for the call
  lamports money;
  std::optional<listing_id> listing; ///< the one to bid on
  lamports bid;
  std::optional<job_id> job; ///< the job that the call waits for
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
  agent::budget used; ///< with the reserves for work in progress
  std::vector<tool> approvals;
  phase state = phase::idle;
  bool paused = false;
  std::optional<run_view> run; ///< the present run, or the last one
  std::vector<open_call> open_calls;
  std::optional<job_id> plan_job_id; ///< set while a job plans a step
  uint32_t runs_waiting = 0;
  std::optional<runtime::time_point> next_run_at; ///< by the schedule
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, studio_id, owner_id, owner_wallet, name, goal, tools, provider, model, schedule, trigger,
               budget, used, approvals, state, paused, run, open_calls, plan_job_id, runs_waiting, next_run_at,
               created_at)

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "agent";
  using view = agent::view;
};

} // namespace ainft::agent
