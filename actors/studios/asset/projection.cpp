#include "actors/studios/asset/domain.hpp"

namespace ainft::asset {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement insert{"assets_insert", R"sql(
    insert into assets (id, owner_id, sha256, content_type, size, created_at)
    select id, owner_id, decode(sha256, 'hex'), content_type, size, created_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[])
      as n (id, owner_id, sha256, content_type, size, created_at))sql",
                                                   6};
  rows.insert(insert, s.id, s.owner_id, s.sha256, s.content_type, s.size, s.created_at);
}

} // namespace ainft::asset
