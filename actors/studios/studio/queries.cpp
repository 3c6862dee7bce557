#include "actors/studios/studio/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::studio {

std::vector<view> list(persistence::session& db, const list_reader&, const filter& f, const http::page& page) {
  persistence::filtered_query query{"studios_list",
                                    "select id, owner_id, name, slug, description, created_at from studios"};
  query.where("owner_id = $", f.owner).where("slug = $", f.slug).where("id > $", page.after_text());
  return persistence::read_rows<view>(query.run(db, " order by id limit $", page.limit + 1));
}

} // namespace ainft::studio
