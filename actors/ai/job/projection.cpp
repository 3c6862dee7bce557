#include "actors/ai/job/domain.hpp"

namespace ainft::ai_job {

namespace {

/// The job's row for lists. It changes when the job is ordered, requeued, or ends.
constexpr runtime::write_statement upsert_job{"ai_jobs_upsert", R"sql(
  insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, created_at,
    prompt, dead)
  select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::smallint[], $9::smallint[], $10::timestamptz[], $11::text[], $12::boolean[])
  on conflict (id) do update set state = excluded.state, progress = excluded.progress, dead = excluded.dead)sql",
                                              12};

/// The job's row in the queue; deleted when the job ends. One statement does both, so that the last change in a
/// transaction counts.
constexpr runtime::write_statement put_in_queue{"ai_queue_put", R"sql(
  with n as (
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::smallint[],
      $7::timestamptz[], $8::timestamptz[], $9::bigint[], $10::boolean[])
      as n (job_id, studio_id, provider, priority, state, progress, ready_at, wake_at, expected_credits, ended)),
  gone as (delete from ai_queue q where q.job_id = any (array(select job_id from n where ended)))
  insert into ai_queue (job_id, studio_id, provider, priority, state, progress, ready_at, wake_at, expected_credits)
  select job_id, studio_id, provider, priority, state, progress, ready_at, wake_at, expected_credits from n
  where not ended
  on conflict (job_id) do update set state = excluded.state, progress = excluded.progress,
    ready_at = excluded.ready_at, wake_at = excluded.wake_at)sql",
                                                10};

constexpr runtime::write_statement count_use{"prompt_template_uses_count", R"sql(
  insert into prompt_template_uses as u (id, uses) select id, count(*) from unnest($1::uuid[]) as n (id)
  group by id order by id
  on conflict (id) do update set uses = u.uses + excluded.uses)sql",
                                             1};

// The order of the rows is the order of their locks: it prevents deadlocks between writers.
constexpr runtime::write_statement count_usage{"ai_usage_count", R"sql(
  insert into ai_usage as u (studio_id, day, provider, jobs, things, input_tokens, output_tokens, credits)
  select studio_id, at::date, provider, count(*), sum(things), sum(input_tokens), sum(output_tokens), sum(credits)
  from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
    as n (studio_id, at, provider, things, input_tokens, output_tokens, credits)
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (studio_id, day, provider) do update set jobs = u.jobs + excluded.jobs,
    things = u.things + excluded.things,
    input_tokens = u.input_tokens + excluded.input_tokens, output_tokens = u.output_tokens + excluded.output_tokens,
    credits = u.credits + excluded.credits)sql",
                                               7};

constexpr runtime::write_statement add_model{"ai_models_insert", R"sql(
  insert into ai_models (job_id, studio_id, provider, model, name, base, made_at)
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
  on conflict do nothing)sql",
                                             7};

void add_results(const view& v, const job_succeeded& done, runtime::row_writes& rows) {
  rows.insert(count_usage, v.studio_id, done.at, v.provider, done.outputs.size(), done.usage.input_tokens,
              done.usage.output_tokens, done.usage.credits);
  if (v.training && !done.outputs.empty())
    rows.insert(add_model, v.id, v.studio_id, v.provider, done.outputs.front().text, v.training->name, v.model,
                done.at);
}

} // namespace

void project(const state& s, const domain::events& e, const runtime::decision_context&, runtime::row_writes& rows) {
  const auto& v = s.shown;
  const auto* queued = std::get_if<job_queued>(&e);
  if (queued && queued->made_of)
    rows.insert(count_use, queued->made_of->id);
  const bool ended = at_rest(s);
  if (queued || ended || std::holds_alternative<job_requeued>(e))
    rows.upsert(upsert_job, v.id.get(), v.id, v.studio_id, v.requested_by, v.kind, v.provider, v.model, v.state,
                v.priority, v.progress, v.created_at, v.prompt, v.dead);
  const auto state = s.parked ? std::string_view{"parked"} : runtime::name_of(v.state);
  rows.upsert(put_in_queue, v.id.get(), v.id, v.studio_id, v.provider, v.priority, state, v.progress, v.ready_at,
              deadline(s).value_or(v.fails_at), s.expected_credits, ended);
  if (const auto* done = std::get_if<job_succeeded>(&e))
    add_results(v, *done, rows);
}

} // namespace ainft::ai_job
