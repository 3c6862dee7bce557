#pragma once

#include "actors/ai/agent/events.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::agent {

/// The highest that an agent has bid on a listing.
struct placed_bid {
  listing_id listing;
  lamports amount;
};
AINFT_DESCRIBE(placed_bid, listing, amount)

struct state {
  view shown;
  std::deque<cause> waiting;         ///< runs that are to begin after the present one
  std::deque<uint64_t> heard;        ///< positions of events that began runs lately
  uint32_t messages = 0;             ///< of the present run's conversation
  uint64_t bytes = 0;                ///< of it
  std::optional<std::string> reply;  ///< of the present run
  bool plan_due = false;
  uint64_t plan_credits = 0;         ///< kept for the step that is planned
  std::vector<open_call> abandoned;  ///< what stopped runs left under way
  std::vector<placed_bid> bids;
};
AINFT_DESCRIBE(state, shown, waiting, heard, messages, bytes, reply, plan_due, plan_credits, abandoned, bids)

struct domain {
  using state = agent::state;
  using commands = std::variant<create_agent, change_agent, pause_agent, resume_agent, retire_agent, start_run, stop_run, answer_approval, begin_plan,
                                finish_plan, fail_plan, begin_call, await_job, finish_call, finish_job_call>;
  using events = std::variant<agent_created, agent_changed, agent_paused, agent_resumed, agent_retired, run_queued, run_started, plan_due, plan_begun,
                              step_planned, approval_asked, call_approved, call_due, call_begun, job_awaited, call_answered, job_settled, run_ended>;
  using view = agent::view;
  static constexpr std::string_view kind = "agent";
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

constexpr uint32_t most_steps = 20;        ///< of a run
constexpr uint64_t most_bytes = 200'000;   ///< of a run's conversation
constexpr size_t most_waiting = 20;        ///< runs

/// What its owner says. Refuses with errc::validation_failed what cannot be, with errc::not_owner, and with errc::wrong_state where it is not the time for that.
runtime::result<events> decide(const state& s, const create_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const change_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const pause_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const resume_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const retire_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const stop_run& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const answer_approval& c, const runtime::decision_context& context);
/// Its owner's, or the platform's for an event, which begins one run however often it is told.
runtime::result<events> decide(const state& s, const start_run& c, const runtime::decision_context& context);

/// The platform reports what it begins and what came of it. Refuses with errc::wrong_state what is not, or no longer, wanted. What the budget does not
/// allow is not begun: a plan ends the run, a call is answered so.
runtime::result<events> decide(const state& s, const begin_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const begin_call& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const await_job& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_call& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_job_call& c, const runtime::decision_context& context);

/// The schedule's time has come.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// Its owner.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);
/// An agent is seen by its owner.
bool may_read(const state& s, const runtime::principal& who);

/// What the model is told of why a run began, as JSON.
[[nodiscard]] ai::spoken_text words_of(const cause& why);

/// What the model is told of a call that was not done, as JSON.
[[nodiscard]] ai::spoken_text refusal_of(std::string_view reason);

} // namespace ainft::agent
