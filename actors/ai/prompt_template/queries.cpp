#include "actors/ai/prompt_template/queries.hpp"

#include "persistence/filtered_query.hpp"

namespace ainft::prompt_template {

using namespace persistence;

namespace {

std::vector<summary> read(const pqxx::result& rows) {
  std::vector<summary> out;
  for (const auto& row : rows) {
    auto& x = out.emplace_back();
    x.id = template_id{read_uuid(row[0])};
    x.studio_id = ainft::studio_id{read_uuid(row[1])};
    x.owner_id = user_id{read_uuid(row[2])};
    x.name = read_value<template_name>(row[3]);
    x.description = read_value<description_text>(row[4]);
    x.visibility = read_value<visibility>(row[5]);
    x.revision = row[6].as<uint32_t>();
    x.uses = row[7].as<uint64_t>();
    x.created_at = read_time(row[8]);
  }
  return out;
}

} // namespace

std::vector<summary> list(persistence::session& db, const user_id& owner, const std::optional<ainft::studio_id>& studio,
                          const http::page& page) {
  filtered_query query{"prompt_templates_list", R"sql(
    select t.id, studio_id, owner_id, name, description, visibility, revision, coalesce(u.uses, 0), created_at
    from prompt_templates t left join prompt_template_uses u using (id))sql"};
  query.where("owner_id = $", owner).where("studio_id = $", studio).where("t.id > $", page.after_text());
  return read(query.run(db, " order by t.id limit $", page.limit + 1));
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
    (select t.id, studio_id, owner_id, name, description, visibility, revision, 0, created_at from prompt_templates t
     where visibility = 'public' and not exists (select from prompt_template_uses u where u.id = t.id)
     order by t.id limit $1 - (select count(*) from used))
    order by uses desc, id)sql"};
  return read(db.run(select, parameters{count}));
}

} // namespace ainft::prompt_template
