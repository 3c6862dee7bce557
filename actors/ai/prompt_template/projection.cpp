#include "actors/ai/prompt_template/domain.hpp"

namespace ainft::prompt_template {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"prompt_templates_upsert", R"sql(
    insert into prompt_templates (id, studio_id, owner_id, name, description, visibility, revision, created_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[],
      $8::timestamptz[])
    on conflict (id) do update set name = excluded.name, description = excluded.description,
      visibility = excluded.visibility, revision = excluded.revision)sql",
                                                   8};
  rows.upsert(upsert, s.id.get(), s.id, s.studio_id, s.owner_id, s.name, s.description, s.visibility,
              s.revisions.size(), s.created_at);
}

} // namespace ainft::prompt_template
