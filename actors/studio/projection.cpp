#include "actors/studio/domain.hpp"

namespace ainft::studio {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"studios_upsert", R"sql(
    insert into studios (id, owner_id, name, slug, description, version, created_at)
    select id, owner_id, name, slug, description, 1, created_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
      as n (id, owner_id, name, slug, description, created_at)
    on conflict (id) do update set name = excluded.name, slug = excluded.slug, description = excluded.description,
      version = studios.version + 1)sql", 6};
  rows.upsert(upsert, s.id.get(), s.id, s.owner_id, s.name, s.slug, s.description, s.created_at);
}

} // namespace ainft::studio
