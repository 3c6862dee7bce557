#include "persistence/idempotency.hpp"

namespace ainft::persistence {

using runtime::uuid;

reservation reserve_key(session& db, const uuid& user, const std::string& key, std::string_view fingerprint,
                        bool only_caller, const std::optional<uuid>& holder) {
  static constexpr statement reserve{"idempotency_reserve", R"sql(
    with old as (
      delete from idempotency where (user_id, key) in (
        select user_id, key from idempotency where created_at < now() - interval '1 day' order by created_at limit 20
        for update skip locked) and (user_id, key) <> ($1, $2))
    insert into idempotency (user_id, key, fingerprint, entity_id, locked_until, holder)
    values ($1, $2, $3::bytea, $4, now() + interval '12 seconds', $6)
    on conflict (user_id, key) do update set locked_until = excluded.locked_until, holder = excluded.holder,
      attempt = idempotency.attempt + 1
      where idempotency.status is null
        and (idempotency.locked_until < now() or $5::boolean
          or idempotency.holder in (select node from cluster_nodes where at = 'dead'))
        and idempotency.fingerprint = excluded.fingerprint
    returning entity_id, attempt)sql"};
  static constexpr statement look{"idempotency_look", R"sql(
    select fingerprint = $3::bytea, status, body, entity_id, body_hash from idempotency
    where user_id = $1 and key = $2)sql"};
  using outcome = reservation::outcome;
  const auto print = bytea(fingerprint);
  if (const auto mine = db.run(reserve, parameters{user.str(), key, print, uuid::make().str(), only_caller,
                                                   holder ? std::optional{holder->str()} : std::nullopt});
      !mine.empty())
    return {outcome::reserved, read_uuid(mine[0][0]), mine[0][1].as<int32_t>()};
  const auto found = db.run(look, parameters{user.str(), key, print});
  if (found.empty()) // another request freed the key in between
    return {outcome::busy};
  const auto& row = found[0];
  if (!row[0].as<bool>())
    return {outcome::other_request};
  if (row[1].is_null())
    return {outcome::busy};
  return {outcome::answered, read_uuid(row[3]), 0,
          row[1].as<int>(),  row[2].c_str(),    row[4].is_null() ? std::string{} : pqxx::binarystring{row[4]}.str()};
}

body_note note_body(session& db, const reserved_key& k, std::string_view hash) {
  static constexpr statement note{"idempotency_note_body", R"sql(
    update idempotency set body_hash = $4::bytea, locked_until = now() + interval '12 seconds'
    where user_id = $1 and key = $2 and entity_id = $3 and status is null
      and (body_hash is null or body_hash = $4::bytea))sql"};
  static constexpr statement look{"idempotency_look_at_body", R"sql(
    select body_hash is null or body_hash = $4::bytea from idempotency
    where user_id = $1 and key = $2 and entity_id = $3)sql"};
  const parameters who{k.user.str(), k.key, k.id.str(), bytea(hash)};
  if (db.run(note, who).affected_rows() == 1)
    return body_note::noted;
  const auto found = db.run(look, who);
  return found.empty() || found[0][0].as<bool>() ? body_note::answered : body_note::other_body;
}

bool complete_key(session& db, const reserved_key& k, int status, const std::string& body) {
  static constexpr statement complete{"idempotency_complete", R"sql(
    update idempotency set status = $4, body = $5
    where user_id = $1 and key = $2 and entity_id = $3 and status is null)sql"};
  return db.run(complete, parameters{k.user.str(), k.key, k.id.str(), status, body}).affected_rows() == 1;
}

bool free_key(session& db, const reserved_key& k) {
  static constexpr statement drop{"idempotency_free", R"sql(
    delete from idempotency where user_id = $1 and key = $2 and entity_id = $3 and attempt = $4
      and status is null)sql"};
  return db.run(drop, parameters{k.user.str(), k.key, k.id.str(), k.attempt}).affected_rows() == 1;
}

bool let_go_of_key(session& db, const reserved_key& k) {
  static constexpr statement let_go{"idempotency_let_go", R"sql(
    update idempotency set locked_until = now()
    where user_id = $1 and key = $2 and entity_id = $3 and attempt = $4 and status is null)sql"};
  return db.run(let_go, parameters{k.user.str(), k.key, k.id.str(), k.attempt}).affected_rows() == 1;
}

} // namespace ainft::persistence
