#pragma once

#include "actors/ai/job/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::ai_job {

struct state {
  view shown;
  std::optional<worker_name> worker; ///< the last that took it
  uint32_t lease = 60;              ///< seconds
  runtime::time_point lease_until;  ///< while it runs
  uint32_t time_limit = usual_time_limit; ///< seconds
  uint64_t expected_credits = 0;
  uint32_t failures = 0;            ///< since it was last queued by a person, or went on
  bool parked = false;              ///< it goes on at the provider, without a worker
};
AINFT_DESCRIBE(state, shown, worker, lease, lease_until, time_limit, expected_credits, failures, parked)

struct domain {
  using state = ai_job::state;
  using commands = std::variant<create_job, start_job, report_progress, finish_job, fail_attempt, park_job, cancel_job, retry_job>;
  using events = std::variant<job_queued, job_started, job_progressed, job_succeeded, job_requeued, job_parked, job_failed, job_cancelled>;
  using view = ai_job::view;
  static constexpr std::string_view kind = "ai_job";
  static constexpr uint16_t state_version = 3;
  static constexpr bool deadline_in_rows = true; ///< of ai_queue
};

using events = std::vector<domain::events>;

/// How often a job is tried by itself.
constexpr uint32_t most_attempts = 4;

/// Refuses with errc::validation_failed what cannot be made.
runtime::result<events> decide(const state& s, const create_job& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state what is not waiting for a worker: of two workers one gets it.
runtime::result<events> decide(const state& s, const start_job& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state an attempt that is over: its worker stops.
runtime::result<events> decide(const state& s, const report_progress& c, const runtime::decision_context& context);
/// Of two workers that finish the same job the first is heard; the other's result changes nothing.
runtime::result<events> decide(const state& s, const finish_job& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_attempt& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const park_job& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, errc::wrong_state.
runtime::result<events> decide(const state& s, const cancel_job& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, errc::wrong_state.
runtime::result<events> decide(const state& s, const retry_job& c, const runtime::decision_context& context);
/// A lease that ran out: its worker is gone. A time limit that has: it fails.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// It has ended.
[[nodiscard]] bool at_rest(const state& s);
/// Who asked for it, and the agent that ordered it.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);
/// A job is seen by who asked for it.
bool may_read(const state& s, const runtime::principal& who);

} // namespace ainft::ai_job
