#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <string>

namespace ainft::persistence {

struct writer_settings {
  std::string url;            ///< of the database, as libpq reads it
  size_t max_batch = 256;     ///< appends in one transaction
  std::function<void(const runtime::append&)> after_commit; ///< called in the writer's thread
  size_t queue_limit = 10'000; ///< appends that may wait; see runtime::append_queue
  std::chrono::milliseconds write_timeout{8'000}; ///< for each statement of a transaction
};

/// Starts a journal writer: an actor with a thread and a connection of its own. What waits in its mailbox when it turns
/// to write is committed in one transaction (group commit): one statement for all events, one for each kind of row.
/// When the transaction fails for one append's sake, each is tried in a transaction of its own, so that only that one is
/// refused. An append whose `write_before` has passed is refused; PostgreSQL cancels a statement that takes longer than the appends of its
/// transaction may wait.
[[nodiscard]] runtime::journal_writer start_journal_writer(caf::actor_system& system, writer_settings settings);

} // namespace ainft::persistence
