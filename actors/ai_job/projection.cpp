#include "actors/ai_job/domain.hpp"

namespace ainft::ai_job {

void project(const state& s, const domain::events& e, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"ai_jobs_upsert", R"sql(
    insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, ready_at, created_at,
                         prompt, dead, expected_credits, parked)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[],
                         $9::smallint[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::boolean[], $14::bigint[], $15::boolean[])
    on conflict (id) do update set state = excluded.state, progress = excluded.progress, ready_at = excluded.ready_at,
      dead = excluded.dead, parked = excluded.parked)sql", 15};
  static constexpr runtime::write_statement add_model{"ai_models_insert", R"sql(
    insert into ai_models (job_id, studio_id, provider, model, name, base, made_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
    on conflict do nothing)sql", 7};
  static constexpr runtime::write_statement count_use{"prompt_template_uses_count", R"sql(
    insert into prompt_template_uses as u (id, uses) select id, count(*) from unnest($1::uuid[]) as n (id) group by id order by id
    on conflict (id) do update set uses = u.uses + excluded.uses)sql", 1};
  if (const auto* queued = std::get_if<job_queued>(&e); queued && queued->made_of)
    rows.insert(count_use, queued->made_of->id);
  // Rows are locked in one order, so that two writers do not wait for each other.
  static constexpr runtime::write_statement count_usage{"ai_usage_count", R"sql(
    insert into ai_usage as u (studio_id, day, provider, jobs, things, input_tokens, output_tokens, credits)
    select studio_id, at::date, provider, count(*), sum(things), sum(input_tokens), sum(output_tokens), sum(credits)
    from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
      as n (studio_id, at, provider, things, input_tokens, output_tokens, credits)
    group by 1, 2, 3 order by 1, 2, 3
    on conflict (studio_id, day, provider) do update set jobs = u.jobs + excluded.jobs, things = u.things + excluded.things,
      input_tokens = u.input_tokens + excluded.input_tokens, output_tokens = u.output_tokens + excluded.output_tokens,
      credits = u.credits + excluded.credits)sql", 7};
  const auto& v = s.shown;
  if (const auto* done = std::get_if<job_succeeded>(&e))
    rows.insert(count_usage, v.studio_id, done->at, v.provider, done->outputs.size(), done->usage.input_tokens, done->usage.output_tokens,
                done->usage.credits);
  if (const auto* done = std::get_if<job_succeeded>(&e); done && v.training && !done->outputs.empty())
    rows.insert(add_model, v.id, v.studio_id, v.provider, done->outputs.front().text, v.training->name, v.model, done->at);
  rows.upsert(upsert, v.id.get(), v.id, v.studio_id, v.requested_by, v.kind, v.provider, v.model, v.state, v.priority, v.progress,
              v.ready_at, v.created_at, v.prompt, v.dead, s.expected_credits, s.parked);
}

} // namespace ainft::ai_job
