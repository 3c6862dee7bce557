#pragma once

#include "actors/ai/job/protocol.hpp"
#include "actors/money.hpp"
#include "net/ai/conversation.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/registered_name.hpp"

#include <deque>

namespace ainft::agent {

/// The tools of all capabilities. See actors/agent_tool.hpp.
struct tool_registry {
  static constexpr std::string_view description = "must be a tool of agents";
  static std::vector<std::string> names();
};

/// A tool of an agent. Each one except `reply` is a route that its owner could call.
using tool = runtime::registered_name<tool_registry>;
inline const tool reply_tool{"reply"}; ///< sends a text to the owner and ends the run

/// The triggers of all capabilities, and `none`.
struct trigger_registry {
  static constexpr std::string_view description = "must be a trigger of agents";
  static std::vector<std::string> names();
};

/// The type of event in the agent's studio that starts a run.
using trigger = runtime::registered_name<trigger_registry>;
inline const trigger no_trigger{"none"};

/// The triggers of all capabilities, and the causes that are not events: `asked` and `schedule`.
struct cause_registry {
  static constexpr std::string_view description = "must be a cause of runs";
  static std::vector<std::string> names();
};

using cause_kind = runtime::registered_name<cause_registry>;
inline const cause_kind asked_by_owner{"asked"}, on_schedule{"schedule"};

AINFT_ENUM(phase, idle, planning, acting, awaiting_approval, retired)

AINFT_ENUM(outcome, running, succeeded, failed, exhausted, stopped)

using agent_name = runtime::display_text<100>;
using goal_text = runtime::paragraph_text<1, 4000>;
using note_text = runtime::paragraph_text<0, 1000>;
using asked_text = runtime::paragraph_text<0, 4000>;

constexpr uint32_t shortest_interval = 60, longest_interval = 365 * 24 * 3600; ///< seconds

/// Scheduled runs: one at `from`, then one every `every` seconds. 0 disables the schedule.
struct schedule {
  static constexpr std::string_view api_name = "AgentSchedule";
  uint32_t every = 0;                      ///< seconds: 60 to 31,536,000, or 0
  std::optional<runtime::time_point> from; ///< if absent, the first run is `every` seconds after the schedule was set
  friend bool operator==(const schedule&, const schedule&) = default;
};
AINFT_DESCRIBE(schedule,
               (every, between(0, longest_interval),
                about("The seconds from one run to the next: 60 to 31536000 (a year), or 0 for no schedule.")),
               (from, about("When the first run begins, at most 366 days ahead. If absent, it begins `every` seconds "
                            "after the schedule was set.")))
AINFT_ABOUT(schedule, "When an agent runs by itself.")

constexpr uint64_t most_credits = uint64_t{1} << 53; ///< a JSON number holds every whole number up to it

/// An agent's limits for its whole life: credits of jobs (with its planning jobs), and money that it may commit its
/// owner to pay.
struct budget {
  static constexpr std::string_view api_name = "AgentBudget";
  uint64_t credits = 0;
  lamports money;
  friend bool operator==(const budget&, const budget&) = default;
};
AINFT_DESCRIBE(budget,
               (credits, defaulted, between(0, most_credits),
                about("Credits of AI jobs, with the jobs that plan the agent's steps.")),
               (money, defaulted, about("What the owner may have to pay for the agent's bids, in lamports.")))
AINFT_ABOUT(budget, "Amounts for an agent's whole life: its limits, or what it has used.")

/// The tools with `needs_approval`: those whose calls commit the owner.
std::vector<tool> usual_approvals();

/// The body of POST /v1/ai/agents.
struct new_agent {
  ainft::studio_id studio;
  agent_name name;
  goal_text goal;
  std::vector<tool> tools;
  ai_job::provider_name provider; ///< its chat model plans the steps
  ai_job::model_name model;
  agent::schedule schedule;
  agent::trigger trigger = no_trigger;
  agent::budget budget;
  std::vector<tool> approvals = usual_approvals(); ///< the owner approves each call of these tools
};
AINFT_DESCRIBE(new_agent,
               (studio, "studio_id", about("A studio of the caller. The agent works for this studio alone.")),
               (name, about("1 to 100 characters.")),
               (goal, about("What the agent is to do, up to 4000 bytes. The model gets it in each run.")),
               (tools, about("The tools that the agent may call, each once.")),
               (provider,
                about("A provider of `GET /v1/ai/providers` that makes `plan`. Its chat model plans the steps.")),
               (model, defaulted, about("The provider's name for the chat model. Empty for the provider's default.")),
               (schedule, defaulted, about("When it runs by itself.")),
               (trigger, defaulted, about("The type of event in its studio that starts a run; `none` for none.")),
               (budget, about("Its limits. An absent amount is 0.")),
               (approvals, defaulted,
                about("The tools whose calls the owner must approve one by one, each once. If absent: the tools that "
                      "commit the owner.")))
AINFT_ABOUT(new_agent, "An agent for a studio.")

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
AINFT_DESCRIBE(change_agent, (name, about("1 to 100 characters.")),
               (goal, about("What the agent is to do, up to 4000 bytes.")),
               (tools, about("The tools that the agent may call, each once.")),
               (provider, about("A provider of `GET /v1/ai/providers` that makes `plan`.")),
               (model, about("The provider's name for the chat model. Empty for the provider's default.")),
               (schedule, about("When it runs by itself.")),
               (trigger, about("The type of event in its studio that starts a run; `none` for none.")),
               (budget, about("Its limits for its whole life, with what it has used. An absent amount is 0.")),
               (approvals, about("The tools whose calls the owner must approve one by one, each once.")))
AINFT_ABOUT(change_agent, "The fields of an agent that change; absent fields stay as they are.")

/// The agent begins no step, call or run while paused. Work in progress continues to its end.
struct pause_agent {};
AINFT_DESCRIBE(pause_agent)

struct resume_agent {};
AINFT_DESCRIBE(resume_agent)

struct retire_agent {};
AINFT_DESCRIBE(retire_agent)

/// The cause of a run. The model gets it as the run's first message.
struct cause {
  static constexpr std::string_view api_name = "RunCause";
  cause_kind kind = asked_by_owner;
  asked_text message; ///< from the owner, if kind is `asked`
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
  uint64_t position = 0;                 ///< of the trigger event in the journal; 0 if no event caused the run
  std::optional<std::string> subject_id; ///< entity of the trigger event, if it is neither an NFT nor a listing
  friend bool operator==(const cause&, const cause&) = default;
};
AINFT_DESCRIBE(cause, (kind, about("`asked`: by the owner. `schedule`: by the schedule. Else the type of the event.")),
               (message, defaulted, about("The owner's message, if `kind` is `asked`. It may be empty.")),
               (nft, "nft_id", about("The NFT of the event.")),
               (listing, "listing_id", about("The listing of the event.")),
               (position, defaulted, about("The event's position in the journal; 0 if no event caused the run.")),
               (subject_id, about("The id of the event's entity, if it is neither an NFT nor a listing.")))
AINFT_ABOUT(cause, "Why a run began.")

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
AINFT_DESCRIBE(answer_approval, (call, "call_id", about("The call that waits: `openCalls[0].call.id` of the agent.")),
               (approve, about("`true`: the agent makes the call. `false`: the model gets a refusal and goes on.")),
               (note, defaulted, about("Tells the model why the call is rejected, up to 1000 bytes.")))
AINFT_ABOUT(answer_approval, "The owner's decision about a call that waits for approval.")

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
  static constexpr std::string_view api_name = "AgentRun";
  uint32_t number = 0;
  agent::outcome outcome = agent::outcome::running;
  cause why;
  uint32_t steps = 0;
  std::string words; ///< the reply, or why the run did not succeed
  uint64_t credits = 0;
  runtime::time_point started_at;
  std::optional<runtime::time_point> ended_at;
};
AINFT_DESCRIBE(run_view, (number, about("The agent's runs count from 1.")),
               (outcome, about("`exhausted`: the budget did not cover the next step, and the agent was paused. "
                               "`stopped`: by the owner.")),
               (why, "cause", about("Why it began.")), (steps, about("The number of planned steps, at most 20.")),
               (words, about("What the agent says at the end, or why the run did not succeed. Empty while it runs.")),
               (credits, about("What its jobs cost so far, in credits.")), (started_at, about("When it began.")),
               (ended_at, about("When it ended.")))
AINFT_ABOUT(run_view, "A run of an agent.")

/// A call that has no answer yet.
struct open_call {
  static constexpr std::string_view api_name = "AgentCall";
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
AINFT_DESCRIBE(open_call, (run, about("The number of the run.")), (call, about("What the model wants.")),
               (asked, about("The owner must approve it.")), (approved, about("The owner has approved it.")),
               (due, about("The platform may make it.")), (begun, about("The platform makes it.")),
               (credits, about("Credits of the budget that are reserved for it.")),
               (money, about("Lamports of the budget that are reserved for it.")),
               (listing, "listing_id", about("The listing on which it bids.")),
               (bid, about("The amount of its bid, in lamports; 0 if it is no bid.")),
               (job, "job_id", about("The AI job that it has ordered and waits for.")))
AINFT_ABOUT(open_call, "A call of a tool that has no result yet.")

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
  agent::trigger trigger = no_trigger;
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
AINFT_DESCRIBE(view, id, (studio_id, about("The studio for which it works.")),
               (owner_id, about("The user who created it and on whose behalf it acts.")),
               (owner_wallet, about("The owner's wallet.")), (name, about("1 to 100 characters.")),
               (goal, about("What it is to do.")), (tools, about("The tools that it may call.")),
               (provider, about("The provider whose chat model plans the steps.")),
               (model, about("The provider's name for the chat model; empty for the provider's default.")),
               (schedule, about("When it runs by itself.")),
               (trigger, about("The type of event in its studio that starts a run; `none` for none.")),
               (budget, about("Its limits for its whole life.")),
               (used, about("What it has used of its budget, with what is reserved for work in progress.")),
               (approvals, about("The tools whose calls the owner must approve one by one.")),
               (state, about("`planning`: the model plans the next step. `acting`: calls are made. "
                             "`awaiting_approval`: the owner must approve or reject a call. `retired` is final.")),
               (paused, about("It begins no step, call or run until the owner resumes it.")),
               (run, about("The current run, or else the latest one.")),
               (open_calls, about("The calls of the current step that have no result yet, in order.")),
               (plan_job_id, about("The AI job that plans the next step.")),
               (runs_waiting, about("The number of queued runs.")),
               (next_run_at, about("The next run by the schedule.")), (created_at, about("When the owner created it.")))
AINFT_ABOUT(view, "An agent: a chat model that works toward a goal with tools, on its owner's behalf.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "agent";
  using view = agent::view;
};

} // namespace ainft::agent
