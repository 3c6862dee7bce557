#include "tests/toy/pledge/domain.hpp"

namespace ainft::pledge {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"pledges_upsert", R"sql(
    insert into pledges (id, owner_id, amount, note, state, transaction_id, signature, created_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::text[], $6::uuid[], $7::text[],
                         $8::timestamptz[])
    on conflict (id) do update set state = excluded.state, transaction_id = excluded.transaction_id,
                                   signature = excluded.signature)sql",
                                                   8};
  rows.upsert(upsert, s.id.get(), s.id, s.owner_id, s.amount, s.note, s.state, s.transaction_id, s.signature,
              s.created_at);
}

} // namespace ainft::pledge
