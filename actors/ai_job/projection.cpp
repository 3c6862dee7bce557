#include "actors/ai_job/domain.hpp"

namespace ainft::ai_job {

void project(const state& s, const domain::events& e, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"ai_jobs_upsert", R"sql(
    insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, ready_at, created_at,
                         prompt, dead)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[],
                         $9::smallint[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::boolean[])
    on conflict (id) do update set state = excluded.state, progress = excluded.progress, ready_at = excluded.ready_at,
      dead = excluded.dead)sql", 13};
  static constexpr runtime::write_statement count_use{"prompt_template_uses_count", R"sql(
    insert into prompt_template_uses as u (id, uses) select id, count(*) from unnest($1::uuid[]) as n (id) group by id order by id
    on conflict (id) do update set uses = u.uses + excluded.uses)sql", 1};
  if (const auto* queued = std::get_if<job_queued>(&e); queued && queued->made_of)
    rows.insert(count_use, queued->made_of->id);
  const auto& v = s.shown;
  rows.upsert(upsert, v.id.get(), v.id, v.studio_id, v.requested_by, v.kind, v.provider, v.model, v.state, v.priority, v.progress,
              v.ready_at, v.created_at, v.prompt, v.dead);
}

} // namespace ainft::ai_job
