#include "tests/toy/pledge/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::pledge {

std::vector<view> list(persistence::session& db, const list_reader&, const filter& f, const http::page& page) {
  persistence::filtered_query query{"pledges_list", "select * from pledges"};
  query.where("owner_id = $", f.owner_id).where("state = $", f.state).where("id > $", page.after_text());
  return persistence::read_rows<view>(query.run(db, " order by id limit $", page.limit + 1));
}

} // namespace ainft::pledge
