#include "actors/studios/studio/queries.hpp"

#include "persistence/filtered_query.hpp"

namespace ainft::studio {

std::vector<view> list(persistence::session& db, const filter& f, const http::page& page) {
  persistence::filtered_query query{"studios_list",
                                    "select id, owner_id, name, slug, description, created_at from studios"};
  query.where("owner_id = $", f.owner).where("slug = $", f.slug).where("id > $", page.after_text());
  std::vector<view> out;
  for (const auto& row : query.run(db, " order by id limit $", page.limit + 1))
    out.push_back({studio_id{persistence::read_uuid(row[0])}, user_id{persistence::read_uuid(row[1])},
                   persistence::read_value<studio_name>(row[2]), persistence::read_value<runtime::slug>(row[3]),
                   persistence::read_value<description_text>(row[4]), persistence::read_time(row[5])});
  return out;
}

} // namespace ainft::studio
