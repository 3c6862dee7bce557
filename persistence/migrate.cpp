#include "persistence/migrate.hpp"

#include <openssl/evp.h>

#include <map>
#include <stdexcept>

namespace ainft::persistence {

namespace {

std::string checksum(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
  return bytea({reinterpret_cast<const char*>(digest), length}).substr(2);
}

} // namespace

size_t migrate(session& db, std::span<const migration> migrations) {
  constexpr auto lock = "select pg_advisory_lock(7202647)";
  constexpr auto unlock = "select pg_advisory_unlock(7202647)";
  auto& connection = db.open();
  {
    pqxx::nontransaction tx{connection};
    tx.exec(lock);
    tx.exec("create table if not exists schema_migrations (name text primary key, checksum text not null, "
            "applied_at timestamptz not null default now())");
  }
  std::map<std::string, std::string> applied;
  {
    pqxx::nontransaction tx{connection};
    for (const auto& row : tx.exec("select name, checksum from schema_migrations"))
      applied.emplace(row[0].as<std::string>(), row[1].as<std::string>());
  }
  size_t count = 0;
  for (const auto& m : migrations) {
    const std::string name{m.name};
    const auto sum = checksum(m.sql);
    if (auto it = applied.find(name); it != applied.end()) {
      if (it->second != sum)
        throw std::runtime_error{"migration " + name + " was applied with another content than this program has"};
      applied.erase(it);
      continue;
    }
    pqxx::work tx{connection};
    tx.exec(std::string{m.sql});
    tx.exec_params("insert into schema_migrations (name, checksum) values ($1, $2)", name, sum);
    tx.commit();
    ++count;
  }
  if (!applied.empty())
    throw std::runtime_error{"the database has migration " + applied.begin()->first + ", which this program does not know"};
  pqxx::nontransaction{connection}.exec(unlock);
  return count;
}

} // namespace ainft::persistence
