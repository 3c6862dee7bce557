#include "tests/toy/pledge/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::pledge {

using namespace persistence;

std::vector<view> list(persistence::session& db, const list_reader&, const filter& f, const http::page& page) {
  filtered_query query{"pledges_list", "select * from pledges"};
  query.where("owner_id = $", f.owner_id).where("state = $", f.state).where("id > $", page.after_text());
  return read_rows<view>(query.run(db, " order by id limit $", page.limit + 1));
}

std::optional<studio_id> studio_of(persistence::session& db, const runtime::uuid& pledge) {
  static constexpr statement select{"pledges_studio", R"sql(
    select s.id from pledges p join studios s on s.owner_id = p.owner_id where p.id = $1 order by s.id limit 1)sql"};
  const auto rows = db.run(select, parameters{pledge});
  return rows.empty() ? std::nullopt : std::optional{studio_id{read_uuid(rows[0][0])}};
}

} // namespace ainft::pledge
