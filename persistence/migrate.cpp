#include "persistence/migrate.hpp"

#include <openssl/evp.h>
#include <spdlog/spdlog.h>

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

bool is_expand_only(const migration& m) { return m.sql.starts_with("-- expand-only\n"); }

namespace {

struct applied_migration {
  std::string checksum;
  bool expand_only = false;
};

std::map<std::string, applied_migration> read_applied(pqxx::connection& connection) {
  pqxx::nontransaction tx{connection};
  tx.exec("create table if not exists schema_migrations (name text primary key, checksum text not null, "
          "applied_at timestamptz not null default now(), expand_only boolean not null default false)");
  if (tx.exec("select from pg_attribute where attrelid = 'schema_migrations'::regclass and attname = 'expand_only'")
        .empty())
    tx.exec("alter table schema_migrations add column expand_only boolean not null default false");
  std::map<std::string, applied_migration> out;
  for (const auto& row : tx.exec("select name, checksum, expand_only from schema_migrations"))
    out.emplace(row[0].as<std::string>(), applied_migration{row[1].as<std::string>(), row[2].as<bool>()});
  return out;
}

/// Throws if a program with these migrations cannot work with the database.
void check(std::span<const migration> known, std::map<std::string, applied_migration> applied) {
  for (const auto& m : known) {
    const auto found = applied.extract(std::string{m.name});
    if (found && found.mapped().checksum != checksum(m.sql))
      throw std::runtime_error{"migration " + found.key()
                               + " was applied with different content than this program contains"};
  }
  for (const auto& [name, how] : applied) {
    if (!how.expand_only)
      throw std::runtime_error{"the database has migration " + name
                               + ", which this program does not know and which is not marked as expand-only: "
                                 "start the version of the program that applied it, or a later version"};
    spdlog::warn(
      "the database has migration {} of a later version; it is marked as expand-only, so this version continues", name);
  }
}

} // namespace

size_t migrate(session& db, std::span<const migration> migrations) {
  constexpr auto lock = "select pg_advisory_lock(7202647)";
  constexpr auto unlock = "select pg_advisory_unlock(7202647)";
  auto& connection = db.open();
  pqxx::nontransaction{connection}.exec(lock);
  const auto applied = read_applied(connection);
  check(migrations, applied);
  size_t count = 0;
  for (const auto& m : migrations) {
    if (applied.contains(std::string{m.name}))
      continue;
    pqxx::work tx{connection};
    tx.exec(std::string{m.sql});
    tx.exec_params("insert into schema_migrations (name, checksum, expand_only) values ($1, $2, $3)",
                   std::string{m.name}, checksum(m.sql), is_expand_only(m));
    tx.commit();
    ++count;
  }
  pqxx::nontransaction{connection}.exec(unlock);
  return count;
}

std::optional<std::string> continue_journal(session& db) {
  const auto why = pqxx::nontransaction{db.open()}.exec1("select journal_continue()");
  return why[0].is_null() ? std::nullopt : std::optional<std::string>{why[0].c_str()};
}

} // namespace ainft::persistence
