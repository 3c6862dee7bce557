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

/// The migrations that are built into the program, in order.
[[nodiscard]] std::span<const migration> built_in_migrations();

/// Whether a program that does not know the migration can work with the resulting schema: the SQL starts with the line
/// `-- expand-only`. Such a migration only adds tables, indexes, functions, and columns that an insert can omit.
[[nodiscard]] bool is_expand_only(const migration& m);

/// Applies the missing migrations, each in its own transaction, and returns their number. An advisory lock ensures that
/// nodes which start at the same time apply each migration once. It accepts unknown migrations if they are expand-only,
/// so that a node of the previous version can start during a rolling upgrade. It throws std::runtime_error before any
/// migration if the checksum of an applied migration differs from the recorded one, or if the database has another
/// unknown migration.
size_t migrate(session& db, std::span<const migration> migrations = built_in_migrations());

/// Continues the journal's order in this database, even if the database was restored from a copy or moved to another
/// server (ADR 12). Returns the reason why the base had to grow; nothing if it did not.
std::optional<std::string> continue_journal(session& db);

} // namespace ainft::persistence
