#pragma once

#include "actors/ai_job/protocol.hpp"
#include "actors/money.hpp"
#include "net/ai/conversation.hpp"

#include <deque>

namespace ainft::agent {

/// What an agent may have done. All but `reply` are routes that its owner could call.
enum class tool : uint8_t { make_job, draft_nft, list_nft, place_bid, reply };
constexpr auto enum_names(tool) { return std::array<std::string_view, 5>{"make_job", "draft_nft", "list_nft", "place_bid", "reply"}; }

/// What begins a run by itself, in the agent's studio.
enum class trigger : uint8_t { none, nft_minted, listing_live, listing_sold };
constexpr auto enum_names(trigger) { return std::array<std::string_view, 4>{"none", "nft_minted", "listing_live", "listing_sold"}; }

enum class cause_kind : uint8_t { asked, schedule, nft_minted, listing_live, listing_sold };
constexpr auto enum_names(cause_kind) {
  return std::array<std::string_view, 5>{"asked", "schedule", "nft_minted", "listing_live", "listing_sold"};
}

enum class phase : uint8_t { idle, planning, acting, awaiting_approval, retired };
constexpr auto enum_names(phase) { return std::array<std::string_view, 5>{"idle", "planning", "acting", "awaiting_approval", "retired"}; }

enum class outcome : uint8_t { running, succeeded, failed, exhausted, stopped };
constexpr auto enum_names(outcome) { return std::array<std::string_view, 5>{"running", "succeeded", "failed", "exhausted", "stopped"}; }

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

template <class Inspector>
bool inspect(Inspector& f, schedule& x) {
  return f.object(x).fields(f.field("every", x.every), f.field("from", x.from));
}

/// All that an agent may ever use: credits of jobs, its plans included, and money that it binds its owner to pay.
struct budget {
  uint64_t credits = 0;
  lamports money;
  friend bool operator==(const budget&, const budget&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, budget& x) {
  return f.object(x).fields(f.field("credits", x.credits).fallback(uint64_t{0}), f.field("money", x.money).fallback(lamports{}));
}

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

template <class Inspector>
bool inspect(Inspector& f, new_agent& x) {
  return f.object(x).fields(f.field("studio_id", x.studio), f.field("name", x.name), f.field("goal", x.goal), f.field("tools", x.tools),
                            f.field("provider", x.provider), f.field("model", x.model).fallback(ai_job::model_name{}),
                            f.field("schedule", x.schedule).fallback(schedule{}), f.field("trigger", x.trigger).fallback(trigger::none),
                            f.field("budget", x.budget), f.field("approvals", x.approvals).fallback(usual_approvals()));
}

struct create_agent {
  static constexpr bool creates = true;
  agent_id id;
  new_agent what;
};

template <class Inspector>
bool inspect(Inspector& f, create_agent& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what));
}

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

template <class Inspector>
bool inspect(Inspector& f, change_agent& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("goal", x.goal), f.field("tools", x.tools), f.field("provider", x.provider),
                            f.field("model", x.model), f.field("schedule", x.schedule), f.field("trigger", x.trigger), f.field("budget", x.budget),
                            f.field("approvals", x.approvals));
}

/// No next step is begun, and no run; what is under way comes to its end.
struct pause_agent {};

template <class Inspector>
bool inspect(Inspector& f, pause_agent& x) {
  return f.object(x).fields();
}

struct resume_agent {};

template <class Inspector>
bool inspect(Inspector& f, resume_agent& x) {
  return f.object(x).fields();
}

struct retire_agent {};

template <class Inspector>
bool inspect(Inspector& f, retire_agent& x) {
  return f.object(x).fields();
}

/// Why a run begins. The model is told.
struct cause {
  cause_kind kind = cause_kind::asked;
  asked_text message; ///< of the owner, where asked
  std::optional<nft_id> nft;
  std::optional<listing_id> listing;
  uint64_t position = 0; ///< in the journal, of the event that it is; 0 where it is none
  friend bool operator==(const cause&, const cause&) = default;
};

template <class Inspector>
bool inspect(Inspector& f, cause& x) {
  return f.object(x).fields(f.field("kind", x.kind), f.field("message", x.message).fallback(asked_text{}), f.field("nft_id", x.nft),
                            f.field("listing_id", x.listing), f.field("position", x.position).fallback(uint64_t{0}));
}

/// Begins a run, or has one begin after the present one.
struct start_run {
  cause why;
};

template <class Inspector>
bool inspect(Inspector& f, start_run& x) {
  return f.object(x).fields(f.field("why", x.why));
}

/// Ends the present run.
struct stop_run {};

template <class Inspector>
bool inspect(Inspector& f, stop_run& x) {
  return f.object(x).fields();
}

/// The body of POST /v1/ai/agents/{id}/approvals: the owner's word on the call that waits for it.
struct answer_approval {
  ai::call_id call;
  bool approve = false;
  note_text note; ///< the model is told
};

template <class Inspector>
bool inspect(Inspector& f, answer_approval& x) {
  return f.object(x).fields(f.field("call_id", x.call), f.field("approve", x.approve), f.field("note", x.note).fallback(note_text{}));
}

/// The platform is about to have a step planned, by a job that costs at most so much.
struct begin_plan {
  uint32_t run = 0;
  uint32_t step = 0;
  job_id job;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, begin_plan& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("step", x.step), f.field("job", x.job), f.field("credits", x.credits));
}

/// What the model wants next, and what that took.
struct finish_plan {
  job_id job;
  ai::plan next;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, finish_plan& x) {
  return f.object(x).fields(f.field("job", x.job), f.field("next", x.next), f.field("credits", x.credits));
}

/// The step could not be planned.
struct fail_plan {
  job_id job;
  std::string reason;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, fail_plan& x) {
  return f.object(x).fields(f.field("job", x.job), f.field("reason", x.reason), f.field("credits", x.credits));
}

/// The platform is about to do what a call asks for, at this price at most.
struct begin_call {
  uint32_t run = 0;
  ai::call_id call;
  uint64_t credits = 0;
  std::optional<listing_id> listing; ///< that is bid on
  lamports bid;
};

template <class Inspector>
bool inspect(Inspector& f, begin_call& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("credits", x.credits), f.field("listing", x.listing), f.field("bid", x.bid));
}

/// The call's job is under way.
struct await_job {
  uint32_t run = 0;
  ai::call_id call;
  job_id job;
};

template <class Inspector>
bool inspect(Inspector& f, await_job& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("job", x.job));
}

/// What a call came to.
struct finish_call {
  uint32_t run = 0;
  ai::call_id call;
  ai::spoken_text result; ///< JSON
  bool done = false;      ///< or refused
};

template <class Inspector>
bool inspect(Inspector& f, finish_call& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("result", x.result), f.field("done", x.done));
}

/// The same for the call that waits for a job.
struct finish_job_call {
  job_id job;
  ai::spoken_text result;
  uint64_t credits = 0;
};

template <class Inspector>
bool inspect(Inspector& f, finish_job_call& x) {
  return f.object(x).fields(f.field("job", x.job), f.field("result", x.result), f.field("credits", x.credits));
}

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

template <class Inspector>
bool inspect(Inspector& f, run_view& x) {
  return f.object(x).fields(f.field("number", x.number), f.field("outcome", x.outcome), f.field("cause", x.why), f.field("steps", x.steps),
                            f.field("words", x.words), f.field("credits", x.credits), f.field("started_at", x.started_at), f.field("ended_at", x.ended_at));
}

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

template <class Inspector>
bool inspect(Inspector& f, open_call& x) {
  return f.object(x).fields(f.field("run", x.run), f.field("call", x.call), f.field("asked", x.asked), f.field("approved", x.approved), f.field("due", x.due),
                            f.field("begun", x.begun), f.field("credits", x.credits), f.field("money", x.money), f.field("listing_id", x.listing), f.field("bid", x.bid), f.field("job_id", x.job));
}

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

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("owner_id", x.owner_id), f.field("owner_wallet", x.owner_wallet),
                            f.field("name", x.name), f.field("goal", x.goal), f.field("tools", x.tools), f.field("provider", x.provider), f.field("model", x.model),
                            f.field("schedule", x.schedule), f.field("trigger", x.trigger), f.field("budget", x.budget), f.field("used", x.used),
                            f.field("approvals", x.approvals), f.field("state", x.state), f.field("paused", x.paused), f.field("run", x.run),
                            f.field("open_calls", x.open_calls), f.field("plan_job_id", x.plan_job_id), f.field("runs_waiting", x.runs_waiting),
                            f.field("next_run_at", x.next_run_at), f.field("created_at", x.created_at));
}

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
