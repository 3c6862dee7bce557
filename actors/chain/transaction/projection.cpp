#include "actors/chain/transaction/domain.hpp"

namespace ainft::transaction {

void project(const state& s, const domain::events&, const runtime::decision_context& c, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"transactions_upsert", R"sql(
    insert into transactions (id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, failure,
                              version, created_at)
    select id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, failure, version,
      created_at
    from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::text[],
                $9::timestamptz[], $10::bigint[])
      as n (id, purpose, subject_id, requested_by, state, signature, last_valid_block_height, failure, created_at,
        version)
    on conflict (id) do update set state = excluded.state, signature = excluded.signature, failure = excluded.failure,
      version = excluded.version)sql",
                                                   10};
  const auto v = view_of(s);
  rows.upsert(upsert, v.id.get(), v.id, v.purpose, s.what.subject.str(), s.requested_by, v.state, v.signature,
              v.last_valid_block_height, v.failure, v.created_at, c.version);
}

} // namespace ainft::transaction
