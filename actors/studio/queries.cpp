#include "actors/studio/queries.hpp"

namespace ainft::studio {

std::vector<view> list(persistence::session& db, const filter& f, const http::page& page) {
  static constexpr persistence::statement select{"studios_list", R"sql(
    select id, owner_id, name, slug, description, created_at from studios
    where ($1::uuid is null or owner_id = $1) and ($2::text is null or slug = $2) and ($3::uuid is null or id > $3)
    order by id limit $4)sql"};
  std::vector<view> out;
  for (const auto& row : db.run(select, persistence::parameters{f.owner, f.slug, page.after_text(), page.limit + 1}))
    out.push_back({studio_id{persistence::read_uuid(row[0])}, user_id{persistence::read_uuid(row[1])},
                   persistence::read_value<studio_name>(row[2]), persistence::read_value<runtime::slug>(row[3]),
                   persistence::read_value<description_text>(row[4]), persistence::read_time(row[5])});
  return out;
}

} // namespace ainft::studio
