#pragma once

#include "persistence/session.hpp"
#include "runtime/entity_history.hpp"

namespace ainft::persistence {

/// A row of a read model that differs from the journal.
struct row_difference {
  std::string table;
  std::string expected; ///< JSON according to the journal; empty if the row should not exist
  std::string found;    ///< JSON of the stored row; empty if the row is missing
};

/// All events of one entity, the oldest first.
[[nodiscard]] std::vector<runtime::committed_event> read_events(session& db, std::string_view kind,
                                                                const runtime::uuid& id);

/// Projects an entity's events into temporary tables, which only this transaction sees, and compares their rows with
/// the rows of the read models. Ignores sums over several entities. Changes nothing.
[[nodiscard]] std::vector<row_difference> compare_rows(session& db, std::string_view kind, const runtime::uuid& id,
                                                       const runtime::replay_result& expected);

} // namespace ainft::persistence
