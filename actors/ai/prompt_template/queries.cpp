#include "actors/ai/prompt_template/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::prompt_template {

using namespace persistence;

std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f, const http::page& page) {
  filtered_query query{"prompt_templates_list", R"sql(
    select t.id, studio_id, owner_id, name, description, visibility, revision, coalesce(u.uses, 0) as uses,
      created_at
    from prompt_templates t left join prompt_template_uses u using (id))sql"};
  query.where("owner_id = $", who.user).where("studio_id = $", f.studio).where("t.id > $", page.after_text());
  return read_rows<summary>(query.run(db, " order by t.id limit $", page.limit + 1));
}

std::vector<summary> gallery(persistence::session& db, size_t count) {
  // First the used templates, by the index on uses. Unused ones follow only if those are too few.
  static constexpr statement select{"prompt_templates_gallery", R"sql(
    with used as materialized (
      select t.id, studio_id, owner_id, name, description, visibility, revision, u.uses, created_at
      from prompt_template_uses u join prompt_templates t using (id) where visibility = 'public'
      order by u.uses desc, u.id limit $1)
    select * from used
    union all
    (select t.id, studio_id, owner_id, name, description, visibility, revision, 0 as uses, created_at
     from prompt_templates t
     where visibility = 'public' and not exists (select from prompt_template_uses u where u.id = t.id)
     order by t.id limit $1 - (select count(*) from used))
    order by uses desc, id)sql"};
  return read_rows<summary>(db.run(select, parameters{count}));
}

} // namespace ainft::prompt_template
