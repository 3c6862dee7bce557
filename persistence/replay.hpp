#pragma once

#include "persistence/session.hpp"
#include "runtime/entity_history.hpp"

namespace ainft::persistence {

/// A row of the read models that is not what the journal says.
struct row_difference {
  std::string table;
  std::string expected; ///< JSON as the journal has it; empty for a row that should not be
  std::string found;    ///< JSON as it is; empty for a row that is missing
};

/// All events of one entity, oldest first.
[[nodiscard]] std::vector<runtime::committed_event> read_events(session& db, std::string_view kind, const runtime::uuid& id);

/// Projects an entity's events anew, into tables that only this transaction sees, and compares the rows with those of the read models. Sums over several entities are
/// left out. Changes nothing.
[[nodiscard]] std::vector<row_difference> compare_rows(session& db, std::string_view kind, const runtime::uuid& id, const runtime::retold& story);

} // namespace ainft::persistence
