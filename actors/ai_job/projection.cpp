#include "actors/ai_job/domain.hpp"

namespace ainft::ai_job {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"ai_jobs_upsert", R"sql(
    insert into ai_jobs (id, studio_id, requested_by, kind, provider, model, state, priority, progress, ready_at, created_at,
                         prompt, dead)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[],
                         $9::smallint[], $10::timestamptz[], $11::timestamptz[], $12::text[], $13::boolean[])
    on conflict (id) do update set state = excluded.state, progress = excluded.progress, ready_at = excluded.ready_at,
      dead = excluded.dead)sql", 13};
  const auto& v = s.shown;
  rows.upsert(upsert, v.id.get(), v.id, v.studio_id, v.requested_by, v.kind, v.provider, v.model, v.state, v.priority, v.progress,
              v.ready_at, v.created_at, v.prompt, v.dead);
}

} // namespace ainft::ai_job
