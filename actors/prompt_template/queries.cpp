#include "actors/prompt_template/queries.hpp"

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

std::vector<summary> list(session& db, const user_id& owner, const std::optional<ainft::studio_id>& studio, const http::page& page) {
  static constexpr statement select{"prompt_templates_list", R"sql(
    select t.id, studio_id, owner_id, name, description, visibility, revision, coalesce(u.uses, 0), created_at
    from prompt_templates t left join prompt_template_uses u using (id)
    where owner_id = $1 and ($2::uuid is null or studio_id = $2) and ($3::uuid is null or t.id > $3) order by t.id limit $4)sql"};
  return read(db.run(select, parameters{owner, studio, page.after_text(), page.limit + 1}));
}

std::vector<summary> gallery(session& db, size_t count) {
  static constexpr statement select{"prompt_templates_gallery", R"sql(
    select t.id, studio_id, owner_id, name, description, visibility, revision, coalesce(u.uses, 0), created_at
    from prompt_templates t left join prompt_template_uses u using (id)
    where visibility = 'public' order by coalesce(u.uses, 0) desc, t.id limit $1)sql"};
  return read(db.run(select, parameters{count}));
}

} // namespace ainft::prompt_template
