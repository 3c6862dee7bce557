#pragma once

#include "actors/ai/job/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::ai_job {

struct state {
  view shown;
  std::optional<worker_name> worker;      ///< the last one that took the job
  uint32_t lease = 60;                    ///< seconds
  runtime::time_point lease_until;        ///< while it runs
  uint32_t time_limit = usual_time_limit; ///< seconds
  uint64_t expected_credits = 0;
  uint32_t failures = 0; ///< in a row, since a person queued the job or it was last parked
  bool parked = false;   ///< the work continues at the provider; no worker waits for it
};
AINFT_DESCRIBE(state, shown, worker, lease, lease_until, time_limit, expected_credits, failures, parked)

struct domain : entity {
  using state = ai_job::state;
  using commands =
    std::variant<create_job, start_job, report_progress, finish_job, fail_attempt, park_job, cancel_job, retry_job>;
  using events = std::variant<job_queued, job_started, job_progressed, job_succeeded, job_requeued, job_parked,
                              job_failed, job_cancelled>;
  static constexpr uint16_t state_version = 3;
  static constexpr bool deadline_in_rows = true; ///< in ai_queue
};

using events = std::vector<domain::events>;

/// The job fails after this many failed attempts in a row.
constexpr uint32_t most_attempts = 4;

/// Refuses an invalid order with errc::validation_failed.
runtime::result<events> decide(const state& s, const create_job& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state if the job does not wait for a worker. So only one worker gets it.
runtime::result<events> decide(const state& s, const start_job& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state if the attempt is over. Its worker then stops.
runtime::result<events> decide(const state& s, const report_progress& c, const runtime::decision_context& context);
/// The first result counts. The same result again changes nothing; any other one gets errc::wrong_state.
runtime::result<events> decide(const state& s, const finish_job& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const fail_attempt& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const park_job& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, errc::wrong_state.
runtime::result<events> decide(const state& s, const cancel_job& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, errc::wrong_state.
runtime::result<events> decide(const state& s, const retry_job& c, const runtime::decision_context& context);
/// The lease expired: the worker is gone, and the job is requeued or fails. The time limit expired: the job fails.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// Whether the job has ended.
[[nodiscard]] bool at_rest(const state& s);
/// The requester, and the agent that ordered the job, if any.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);
/// The requester and the platform may read a job.
bool may_read(const state& s, const runtime::principal& who);

} // namespace ainft::ai_job
