#include "actors/ai/key/keys.hpp"

#include <sodium.h>

#include <stdexcept>

namespace ainft::ai_key {

using namespace persistence;

namespace {

/// The nil id in the table stands for the platform.
runtime::uuid row_of(const owner& of) { return of ? of->get() : runtime::uuid{}; }

std::string purpose_of(const std::string& owner_id, const std::string& provider) {
  return "ai-key " + owner_id + " " + provider;
}

std::string bytes_from(const pqxx::field& hex) {
  const std::string_view text{hex.c_str() + 2}; // after "\x"
  std::string out(text.size() / 2, '\0');
  sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr, nullptr,
                 nullptr);
  return out;
}

} // namespace

void set(persistence::session& db, const vault& v, const owner& of, const std::string& provider,
         const std::string& key) {
  static constexpr statement upsert{"ai_keys_set", R"sql(
    insert into ai_keys (owner_id, provider, sealed, set_at) values ($1, $2, $3::bytea, now())
    on conflict (owner_id, provider) do update set sealed = excluded.sealed, set_at = excluded.set_at)sql"};
  const auto id = row_of(of).str();
  db.run(upsert, parameters{id, provider, bytea(v.seal(purpose_of(id, provider), key))});
}

bool remove(persistence::session& db, const owner& of, const std::string& provider) {
  static constexpr statement drop{"ai_keys_remove", "delete from ai_keys where owner_id = $1 and provider = $2"};
  return db.run(drop, parameters{row_of(of).str(), provider}).affected_rows() == 1;
}

std::vector<kept_key> list(persistence::session& db, const owner& of) {
  static constexpr statement select{"ai_keys_list",
                                    "select provider, set_at from ai_keys where owner_id = $1 order by provider"};
  std::vector<kept_key> out;
  for (const auto& row : db.run(select, parameters{row_of(of).str()}))
    out.push_back({row[0].as<std::string>(), read_time(row[1])});
  return out;
}

runtime::result<std::string> find(persistence::session& db, const vault& v, const studio_id& studio,
                                  const std::string& provider) {
  static constexpr statement select{"ai_keys_find", R"sql(
    select owner_id, sealed from ai_keys where owner_id in ($1, $2) and provider = $3
    order by owner_id = $1 desc limit 1)sql"};
  const auto found = db.run(select, parameters{studio.get().str(), row_of({}).str(), provider});
  if (found.empty())
    return std::string{};
  return v.open(purpose_of(read_uuid(found[0][0]).str(), provider), bytes_from(found[0][1]));
}

size_t seal_again(persistence::session& db, const vault& v) {
  static constexpr statement all{"ai_keys_all", "select owner_id, provider, sealed from ai_keys"};
  static constexpr statement replace{
    "ai_keys_replace",
    "update ai_keys set sealed = $4::bytea where owner_id = $1 and provider = $2 and sealed = $3::bytea"};
  size_t count = 0;
  for (const auto& row : db.run(all)) {
    const auto sealed = bytes_from(row[2]);
    if (v.is_fresh(sealed))
      continue;
    const auto id = read_uuid(row[0]).str(), provider = row[1].as<std::string>();
    auto key = v.open(purpose_of(id, provider), sealed);
    if (!key)
      throw std::runtime_error{runtime::explain(key.error()).detail};
    count += db.run(replace, parameters{id, provider, bytea(sealed), bytea(v.seal(purpose_of(id, provider), *key))})
               .affected_rows();
    sodium_memzero(key->data(), key->size());
  }
  return count;
}

} // namespace ainft::ai_key
