#include "actors/studios/studio/domain.hpp"

namespace ainft::studio {

void project(const state& s, const domain::events&, const runtime::decision_context& c, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"studios_upsert", R"sql(
    insert into studios (id, owner_id, name, slug, description, version, created_at)
    select id, owner_id, name, slug, description, version, created_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[])
      as n (id, owner_id, name, slug, description, created_at, version)
    on conflict (id) do update set name = excluded.name, slug = excluded.slug, description = excluded.description,
      version = excluded.version)sql",
                                                   7};
  rows.upsert(upsert, s.id.get(), s.id, s.owner_id, s.name, s.slug, s.description, s.created_at, c.version);
}

} // namespace ainft::studio
