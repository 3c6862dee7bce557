#include "actors/auth/session/domain.hpp"

namespace ainft::session {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"sessions_upsert", R"sql(
    insert into sessions (id, user_id, refresh_hash, created_at, expires_at, revoked_at)
    select id, user_id, decode(refresh_hash, 'hex'), created_at, expires_at, revoked_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[])
      as n (id, user_id, refresh_hash, created_at, expires_at, revoked_at)
    on conflict (id) do update set refresh_hash = excluded.refresh_hash, expires_at = excluded.expires_at,
      revoked_at = excluded.revoked_at)sql",
                                                   6};
  rows.upsert(upsert, s.shown.id.get(), s.shown.id, s.shown.user, s.refresh, s.shown.created_at, s.shown.expires_at,
              s.shown.revoked_at);
}

} // namespace ainft::session
