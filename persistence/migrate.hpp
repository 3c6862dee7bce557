#pragma once

#include "persistence/session.hpp"

#include <span>
#include <string_view>

namespace ainft::persistence {

struct migration {
  std::string_view name; ///< "0001_journal"
  std::string_view sql;
};

/// The migrations that were built into the program, in order.
[[nodiscard]] std::span<const migration> built_in_migrations();

/// Brings the schema up to date, each migration in a transaction of its own, under an advisory lock so that nodes that
/// start together do it once. Returns how many were applied. Throws std::runtime_error when an applied migration's
/// checksum is not the one recorded or the database knows a migration that this program does not.
size_t migrate(session& db, std::span<const migration> migrations = built_in_migrations());

} // namespace ainft::persistence
