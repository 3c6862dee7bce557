#include "actors/ai_job/domain.hpp"

#include <algorithm>

namespace ainft::ai_job {

using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;
using std::chrono::seconds;

namespace {

constexpr uint32_t smallest = 64, largest = 2048, most_pictures = 8, highest_priority = 9;

caf::error check(const new_job& what) {
  std::vector<runtime::field_error> bad;
  for (const auto& [pointer, pixels] : {std::pair{"/params/width", what.params.width}, {"/params/height", what.params.height}})
    if (pixels < smallest || pixels > largest)
      bad.push_back({pointer, "must be from 64 to 2048 pixels"});
  if (what.count < 1 || what.count > most_pictures)
    bad.push_back({"/count", "must be from 1 to 8"});
  if (what.priority > highest_priority)
    bad.push_back({"/priority", "must be from 0 to 9"});
  return bad.empty() ? caf::error{} : runtime::refuse_fields(std::move(bad));
}

caf::error refuse_others(const state& s, const runtime::decision_context& context) {
  if (!context.who.is_platform() && s.shown.requested_by.get() != context.who.user)
    return refuse(errc::not_owner, "only who asked for the job changes it");
  return {};
}

bool is_attempt(const state& s, uint32_t attempt) { return s.shown.state == phase::running && s.shown.attempt == attempt; }

/// Later each time: 2, 8, 32 seconds, and up to half as long again, so that what failed together does not come back together.
seconds pause_after(uint32_t failures, const job_id& id) {
  const auto base = 2U << (2 * std::min(failures, 5U));
  return seconds{base + id.get().bytes[15] * base / 512};
}

/// Once more, later; or no more.
events give_up_or_requeue(const state& s, const reason_text& reason, bool may_pass, runtime::time_point now) {
  if (!may_pass || s.failures + 1 >= most_attempts)
    return {job_failed{reason, now}};
  return {job_requeued{reason, now + pause_after(s.failures, s.shown.id)}};
}

} // namespace

result<events> decide(const state& s, const create_job& c, const runtime::decision_context& context) {
  if (auto bad = check(c.what))
    return bad;
  if (!s.shown.id.is_nil()) // the same request again, after its answer was lost
    return s.shown.requested_by.get() == context.who.user ? result<events>{events{}} : refuse(errc::conflict, "this job exists already");
  return events{job_queued{c.id, user_id{context.who.user}, c.what, context.now}};
}

result<events> decide(const state& s, const start_job& c, const runtime::decision_context& context) {
  if (s.shown.state != phase::queued || context.now < s.ready_at)
    return refuse(errc::wrong_state, "the job does not wait for a worker");
  return events{job_started{s.shown.attempt + 1, c.worker, c.lease, context.now + seconds{c.lease}}};
}

result<events> decide(const state& s, const report_progress& c, const runtime::decision_context& context) {
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt is over");
  return events{job_progressed{std::clamp(c.percent, s.shown.progress, 100U), context.now + seconds{s.lease}}};
}

result<events> decide(const state& s, const finish_job& c, const runtime::decision_context& context) {
  if (s.shown.state == phase::succeeded && s.shown.outputs == c.outputs)
    return events{};
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt is over");
  return events{job_succeeded{c.outputs, context.now}};
}

result<events> decide(const state& s, const fail_attempt& c, const runtime::decision_context& context) {
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt is over");
  return give_up_or_requeue(s, c.reason, c.may_pass, context.now);
}

result<events> decide(const state& s, const cancel_job&, const runtime::decision_context& context) {
  if (auto bad = refuse_others(s, context))
    return bad;
  if (s.shown.state == phase::cancelled)
    return events{};
  if (s.shown.state != phase::queued && s.shown.state != phase::running)
    return refuse(errc::wrong_state, "the job has " + std::string{runtime::name_of(s.shown.state)});
  return events{job_cancelled{context.now}};
}

result<events> decide(const state& s, const retry_job&, const runtime::decision_context& context) {
  if (auto bad = refuse_others(s, context))
    return bad;
  if (s.shown.state != phase::failed && s.shown.state != phase::cancelled)
    return refuse(errc::wrong_state, "only a job that failed or was cancelled is tried again; this one is " + std::string{runtime::name_of(s.shown.state)});
  return events{job_requeued{"", context.now}};
}

result<events> decide(const state& s, const runtime::wake&, const runtime::decision_context& context) {
  if (s.shown.state != phase::running)
    return events{};
  return give_up_or_requeue(s, "the worker " + s.worker.str() + " was not heard of any more", true, context.now);
}

namespace {

void apply(state& s, const job_queued& e) {
  auto& v = s.shown;
  v.id = e.id;
  v.studio_id = e.what.studio;
  v.requested_by = e.requested_by;
  v.kind = e.what.kind;
  v.provider = e.what.provider;
  v.model = e.what.model;
  v.prompt = e.what.prompt;
  v.params = e.what.params;
  v.count = e.what.count;
  v.seed = e.what.seed.value_or(0);
  v.priority = e.what.priority;
  v.created_at = e.at;
  s.ready_at = e.at;
}

void apply(state& s, const job_started& e) {
  s.shown.state = phase::running;
  s.shown.attempt = e.attempt;
  s.shown.progress = 0;
  s.worker = e.worker;
  s.lease = e.lease;
  s.lease_until = e.lease_until;
}

void apply(state& s, const job_progressed& e) {
  s.shown.progress = e.percent;
  s.lease_until = e.lease_until;
}

void apply(state& s, const job_succeeded& e) {
  s.shown.state = phase::succeeded;
  s.shown.progress = 100;
  s.shown.outputs = e.outputs;
  s.shown.reason.reset();
  s.shown.ended_at = e.at;
}

void apply(state& s, const job_requeued& e) {
  const bool by_itself = s.shown.state == phase::running;
  s.failures = by_itself ? s.failures + 1 : 0;
  s.shown.state = phase::queued;
  s.shown.progress = 0;
  s.shown.ended_at.reset();
  s.shown.reason = e.reason.empty() ? std::nullopt : std::optional{e.reason};
  s.ready_at = e.ready_at;
}

void apply(state& s, const job_failed& e) {
  s.shown.state = phase::failed;
  s.shown.reason = e.reason;
  s.shown.ended_at = e.at;
}

void apply(state& s, const job_cancelled& e) {
  s.shown.state = phase::cancelled;
  s.shown.reason.reset();
  s.shown.ended_at = e.at;
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

view view_of(const state& s) { return s.shown; }

std::optional<runtime::time_point> deadline(const state& s) {
  return s.shown.state == phase::running ? std::optional{s.lease_until} : std::nullopt;
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* queued = std::get_if<job_queued>(&e);
  return {(queued ? queued->requested_by : before.shown.requested_by).get()};
}

bool may_read(const state& s, const runtime::principal& who) { return who.is_platform() || who.user == s.shown.requested_by.get(); }

} // namespace ainft::ai_job
