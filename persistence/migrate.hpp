#pragma once

#include "persistence/session.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ainft::persistence {

struct migration {
  std::string_view name; ///< "0001_journal"
  std::string_view sql;
};

/// The migrations that were built into the program, in order.
[[nodiscard]] std::span<const migration> built_in_migrations();

/// Whether a program that does not know the migration works on the schema that it leaves: the SQL begins with the line
/// `-- expand-only`. Such a migration adds tables, indexes, functions, and columns that may be absent from an insert.
[[nodiscard]] bool is_expand_only(const migration& m);

/// Brings the schema up to date, each migration in a transaction of its own, under an advisory lock so that nodes that
/// start together do it once. Returns how many were applied. Accepts migrations that it does not know if they are expand-only: a node of
/// the version before starts during a rolling upgrade. Throws std::runtime_error, before anything is changed, when an applied migration's
/// checksum is not the one recorded or the database has another migration that this program does not know.
size_t migrate(session& db, std::span<const migration> migrations = built_in_migrations());

/// Makes the journal's order go on in this database, also if it was restored from a copy or taken to another server (ADR 12). Returns why
/// its base had to grow; nothing if it did not.
std::optional<std::string> continue_journal(session& db);

} // namespace ainft::persistence
