#include "actors/auth/user/domain.hpp"

namespace ainft::user {

void project(const state& s, const domain::events&, const runtime::decision_context&, runtime::row_writes& rows) {
  static constexpr runtime::write_statement insert{"users_insert", R"sql(
    insert into users (id, wallet, created_at) select * from unnest($1::uuid[], $2::text[], $3::timestamptz[]))sql",
                                                   3};
  rows.insert(insert, s.id, s.wallet, s.created_at);
}

} // namespace ainft::user
