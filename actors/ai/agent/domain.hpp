#pragma once

#include "actors/ai/agent/events.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::agent {

/// The agent's highest bid on a listing.
struct placed_bid {
  listing_id listing;
  lamports amount;
};
AINFT_DESCRIBE(placed_bid, listing, amount)

struct state {
  view shown;
  std::deque<cause> waiting; ///< causes of the queued runs, in order
  /// Journal positions of the latest events that queued a run. They make start_run idempotent.
  std::deque<uint64_t> heard;
  uint32_t messages = 0;            ///< number of messages in the present run's conversation
  uint64_t bytes = 0;               ///< size of that conversation
  std::optional<std::string> reply; ///< of the present run; the run ends when it is set and no call is open
  bool plan_due = false;
  uint64_t plan_credits = 0;        ///< reserved for the present planning job
  std::vector<open_call> abandoned; ///< calls and planning jobs in progress when their run ended
  std::vector<placed_bid> bids;
};
AINFT_DESCRIBE(state, shown, waiting, heard, messages, bytes, reply, plan_due, plan_credits, abandoned, bids)

struct domain : entity {
  using state = agent::state;
  using commands = std::variant<create_agent, change_agent, pause_agent, resume_agent, retire_agent, start_run,
                                stop_run, answer_approval, begin_plan, finish_plan, fail_plan, begin_call, await_job,
                                finish_call, finish_job_call>;
  using events = std::variant<agent_created, agent_changed, agent_paused, agent_resumed, agent_retired, run_queued,
                              run_started, plan_due, plan_begun, step_planned, approval_asked, call_approved, call_due,
                              call_begun, job_awaited, call_answered, job_settled, run_ended>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

constexpr uint32_t most_steps = 20;      ///< per run
constexpr uint64_t most_bytes = 200'000; ///< per run's conversation
constexpr size_t most_waiting = 20;      ///< queued runs

/// The owner's commands. They refuse with errc::validation_failed (invalid values), errc::not_owner, errc::wrong_state
/// (not possible now), or errc::conflict (the id is taken, or too many runs are queued).
runtime::result<events> decide(const state& s, const create_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const change_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const pause_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const resume_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const retire_agent& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const stop_run& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const answer_approval& c, const runtime::decision_context& context);
/// From the owner, or from the platform for a trigger event. For an event it is idempotent: one event queues at most
/// one run. It ignores an event if the agent is paused or retired, or has `most_waiting` queued runs.
runtime::result<events> decide(const state& s, const start_run& c, const runtime::decision_context& context);

/// The platform reports the work that it begins, and the results. begin_plan, begin_call, await_job and finish_call
/// refuse with errc::wrong_state if the agent does not want the work (any more). The other commands ignore an unknown
/// job. If the budget does not cover the work, it does not begin: begin_plan ends the run, and begin_call answers the
/// call with a refusal.
runtime::result<events> decide(const state& s, const begin_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_plan& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const begin_call& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const await_job& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_call& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const finish_job_call& c, const runtime::decision_context& context);

/// The next scheduled run is due.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The owner.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);
/// The owner and the platform may read an agent.
bool may_read(const state& s, const runtime::principal& who);

/// The first message of a run, as JSON: it tells the model why the run began.
[[nodiscard]] ai::spoken_text words_of(const cause& why);

/// The result of a call that was not made, as JSON: it tells the model the reason.
[[nodiscard]] ai::spoken_text refusal_of(std::string_view reason);

} // namespace ainft::agent
