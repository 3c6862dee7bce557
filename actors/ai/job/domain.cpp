#include "actors/ai/job/domain.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace ainft::ai_job {

using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;
using std::chrono::seconds;

namespace {

constexpr std::chrono::hours farthest_start{30 * 24};

/// Collects the invalid fields of an order.
class checks {
public:
  void need(bool good, const char* pointer, const char* rule) {
    if (!good)
      bad_.push_back({pointer, rule});
  }
  [[nodiscard]] caf::error outcome() { return bad_.empty() ? caf::error{} : runtime::refuse_fields(std::move(bad_)); }

private:
  std::vector<runtime::field_error> bad_;
};

void check(const std::optional<training>& t, const new_job& what, checks& c) {
  c.need(t.has_value() == (what.kind == kind::fine_tune), "/examples",
         t ? "must be absent: only fine-tunes have examples" : "is required for a fine-tune");
  if (!t)
    return;
  std::set<asset_id> pictures;
  for (const auto& e : t->examples)
    pictures.insert(e.asset);
  c.need(!t->examples.empty() && t->examples.size() <= most_examples, "/examples", "must have 1 to 100 entries");
  c.need(pictures.size() == t->examples.size(), "/examples", "must not have a picture twice");
  c.need(t->steps.value_or(1) >= 1 && t->steps.value_or(1) <= most_training_steps, "/steps", "must be from 1 to 10000");
}

caf::error check(const create_job& order, runtime::time_point now) {
  const auto& what = order.what;
  checks c;
  const auto& p = what.params;
  const auto within = [](auto x, auto low, auto high) { return x >= low && x <= high; };
  const bool changes = what.kind == kind::variation || what.kind == kind::upscale;
  check(order.training, what, c);
  c.need(what.kind == kind::upscale || what.kind == kind::fine_tune || !what.prompt.str().empty(), "/prompt",
         "must not be empty");
  c.need(changes == what.source.has_value(), "/sourceAssetId",
         changes ? "must be the id of the source picture"
                 : "must be absent: only variations and upscales have a source picture");
  c.need(within(p.width, least_side, most_side), "/params/width", "must be from 64 to 2048 pixels");
  c.need(within(p.height, least_side, most_side), "/params/height", "must be from 64 to 2048 pixels");
  c.need(within(p.steps.value_or(1), 1U, most_steps), "/params/steps", "must be from 1 to 200");
  c.need(within(p.guidance.value_or(0), 0.0, most_guidance), "/params/guidance", "must be from 0 to 50");
  c.need(within(p.strength.value_or(0), 0.0, most_strength), "/params/strength", "must be from 0 to 1");
  c.need(p.scale.value_or(least_scale) == least_scale || p.scale == most_scale, "/params/scale", "must be 2 or 4");
  c.need(within(p.max_tokens.value_or(1), 1U, most_tokens), "/params/maxTokens", "must be from 1 to 16384");
  c.need(within(p.temperature.value_or(0), 0.0, most_temperature), "/params/temperature", "must be from 0 to 2");
  c.need(within(what.count, 1U, most_outputs), "/count", "must be from 1 to 8");
  c.need(what.priority <= highest_priority, "/priority", "must be from 0 to 9");
  c.need(within(what.time_limit, 1U, longest_time_limit), "/timeLimit", "must be from 1 to 86400 seconds");
  c.need(!what.start_at || *what.start_at <= now + farthest_start, "/startAt", "must be at most 30 days from now");
  return c.outcome();
}

caf::error refuse_others(const state& s, const runtime::decision_context& context) {
  if (!context.who.is_platform() && s.shown.requested_by.get() != context.who.user)
    return refuse(errc::not_owner, "only the user who ordered the job may change it");
  return {};
}

bool is_attempt(const state& s, uint32_t attempt) {
  return s.shown.state == phase::running && !s.parked && s.shown.attempt == attempt;
}

bool waits_for_worker(const state& s) {
  return s.shown.state == phase::queued || (s.shown.state == phase::running && s.parked);
}

/// Backoff: 2, 8, 32 seconds, plus up to half of it (by the id), so that jobs that failed together do not retry
/// together.
seconds pause_after(uint32_t failures, const job_id& id) {
  const auto base = 2U << (2 * std::min(failures, 5U));
  return seconds{base + id.get().bytes[15] * base / 512};
}

/// Requeues the job with a delay. Fails it if the error is not transient or there were `most_attempts` failures.
events give_up_or_requeue(const state& s, const reason_text& reason, bool is_transient, runtime::time_point now) {
  if (!is_transient || s.failures + 1 >= most_attempts)
    return {job_failed{reason, now, is_transient}};
  return {job_requeued{reason, now + pause_after(s.failures, s.shown.id)}};
}

} // namespace

result<events> decide(const state& s, const create_job& c, const runtime::decision_context& context) {
  if (auto bad = check(c, context.now))
    return bad;
  if (!s.shown.id.is_nil()) // a retry: the answer to the first request was lost
    return s.shown.requested_by.get() == context.who.user ? result<events>{events{}}
                                                          : refuse(errc::conflict, "this job already exists");
  return events{job_queued{c.id, user_id{context.who.user}, c.what, context.now, c.made_of, c.expected_credits, c.agent,
                           c.training}};
}

result<events> decide(const state& s, const start_job& c, const runtime::decision_context& context) {
  if (!waits_for_worker(s) || context.now < s.shown.ready_at)
    return refuse(errc::wrong_state, "the job is not waiting for a worker");
  return events{job_started{s.shown.attempt + 1, c.worker, c.lease, context.now + seconds{c.lease}}};
}

result<events> decide(const state& s, const report_progress& c, const runtime::decision_context& context) {
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt has already ended");
  if (s.shown.partial.str().size() + c.more.str().size() > result_text::max_length)
    return refuse_field("/more", "must not make the text longer than 65536 bytes");
  return events{job_progressed{std::clamp(c.percent, s.shown.progress, 100U), context.now + seconds{s.lease}, c.more}};
}

result<events> decide(const state& s, const finish_job& c, const runtime::decision_context& context) {
  if (s.shown.state == phase::succeeded && s.shown.outputs == c.outputs)
    return events{};
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt has already ended");
  auto usage = c.usage;
  if (s.shown.agent_id) // an agent's budget is a hard limit, whatever usage the provider reports
    usage.credits = std::min(usage.credits, s.expected_credits);
  return events{job_succeeded{c.outputs, context.now, usage}};
}

result<events> decide(const state& s, const fail_attempt& c, const runtime::decision_context& context) {
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt has already ended");
  return give_up_or_requeue(s, c.reason, c.is_transient, context.now);
}

result<events> decide(const state& s, const park_job& c, const runtime::decision_context& context) {
  if (s.parked && s.shown.attempt == c.attempt && s.shown.reference == c.reference)
    return events{};
  if (!is_attempt(s, c.attempt))
    return refuse(errc::wrong_state, "this attempt has already ended");
  return events{job_parked{c.reference, std::min(c.percent, 100U), context.now + seconds{c.after}}};
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
    return refuse(errc::wrong_state, "only a failed or cancelled job can be retried; this job is "
                                       + std::string{runtime::name_of(s.shown.state)});
  return events{job_requeued{"", context.now}};
}

result<events> decide(const state& s, const runtime::wake&, const runtime::decision_context& context) {
  const bool waits = waits_for_worker(s);
  if (!waits && s.shown.state != phase::running)
    return events{};
  if (context.now >= s.shown.fails_at) {
    const auto& last = s.shown.reason;
    return events{job_failed{"the job exceeded its time limit" + (last ? ": " + *last : ""), context.now,
                             s.shown.state == phase::queued}};
  }
  if (waits || context.now < s.lease_until)
    return events{};
  return give_up_or_requeue(s, "the worker " + s.worker.value_or(worker_name{}).str() + " stopped sending heartbeats",
                            true, context.now);
}

namespace {

void apply(state& s, const job_queued& e) {
  auto& v = s.shown;
  v.id = e.id;
  v.studio_id = e.what.studio;
  v.requested_by = e.requested_by;
  v.agent_id = e.agent;
  v.kind = e.what.kind;
  v.provider = e.what.provider;
  v.model = e.what.model;
  v.prompt = e.what.prompt;
  v.negative_prompt = e.what.negative_prompt;
  v.prompt_template = e.made_of;
  v.source_asset_id = e.what.source;
  v.training = e.training;
  v.params = e.what.params;
  v.count = e.what.count;
  v.seed = e.what.seed.value_or(0);
  v.priority = e.what.priority;
  v.created_at = e.at;
  v.ready_at = e.what.start_at ? std::max(*e.what.start_at, e.at) : e.at;
  s.expected_credits = e.expected_credits;
  s.time_limit = e.what.time_limit;
  v.fails_at = v.ready_at + seconds{s.time_limit};
}

void apply(state& s, const job_started& e) {
  s.shown.state = phase::running;
  s.shown.attempt = e.attempt;
  if (!std::exchange(s.parked, false))
    s.shown.progress = 0;
  s.shown.partial = {};
  s.worker = e.worker;
  s.lease = e.lease;
  s.lease_until = e.lease_until;
}

void apply(state& s, const job_progressed& e) {
  s.shown.progress = e.percent;
  if (!e.more.str().empty())
    s.shown.partial = *result_text::parse(s.shown.partial.str() + e.more.str());
  s.lease_until = e.lease_until;
}

void apply(state& s, const job_succeeded& e) {
  s.parked = false;
  s.shown.state = phase::succeeded;
  s.shown.progress = 100;
  s.shown.partial = {};
  s.shown.outputs = e.outputs;
  s.shown.usage = e.usage;
  s.shown.reason.reset();
  s.shown.ended_at = e.at;
}

void apply(state& s, const job_requeued& e) {
  const bool by_itself = s.shown.state == phase::running;
  s.failures = by_itself ? s.failures + 1 : 0;
  s.shown.state = phase::queued;
  s.shown.progress = 0;
  s.shown.partial = {};
  s.shown.dead = false;
  s.shown.ended_at.reset();
  s.shown.reason = e.reason.empty() ? std::nullopt : std::optional{e.reason};
  s.shown.ready_at = e.ready_at;
  if (by_itself)
    return;
  s.shown.reference.reset(); // a retry by a person starts new work at the provider
  s.shown.fails_at = e.ready_at + seconds{s.time_limit};
}

void apply(state& s, const job_parked& e) {
  s.parked = true;
  s.failures = 0;
  s.shown.reference = e.reference;
  s.shown.progress = std::max(s.shown.progress, e.percent);
  s.shown.ready_at = e.ready_at;
  s.shown.reason.reset();
}

void apply(state& s, const job_failed& e) {
  s.parked = false;
  s.shown.state = phase::failed;
  s.shown.partial = {};
  s.shown.reason = e.reason;
  s.shown.dead = e.dead;
  s.shown.ended_at = e.at;
}

void apply(state& s, const job_cancelled& e) {
  s.parked = false;
  s.shown.state = phase::cancelled;
  s.shown.partial = {};
  s.shown.reason.reset();
  s.shown.ended_at = e.at;
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

view view_of(const state& s) { return s.shown; }

std::optional<runtime::time_point> deadline(const state& s) {
  if (waits_for_worker(s))
    return s.shown.fails_at;
  return s.shown.state == phase::running ? std::optional{std::min(s.lease_until, s.shown.fails_at)} : std::nullopt;
}

bool at_rest(const state& s) { return s.shown.state != phase::queued && s.shown.state != phase::running; }

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* queued = std::get_if<job_queued>(&e);
  std::vector<runtime::uuid> out{(queued ? queued->requested_by : before.shown.requested_by).get()};
  if (const auto& agent = queued ? queued->agent : before.shown.agent_id)
    out.push_back(agent->get());
  return out;
}

bool may_read(const state& s, const runtime::principal& who) {
  return who.is_platform() || who.user == s.shown.requested_by.get();
}

} // namespace ainft::ai_job
