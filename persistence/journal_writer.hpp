#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <string>

namespace ainft::persistence {

struct writer_settings {
  std::string url;                                ///< connection string for libpq
  size_t max_batch = 256;                         ///< appends in one transaction
  std::function<void()> after_commit;             ///< called in the writer's thread, once for each transaction
  size_t queue_limit = 10'000;                    ///< appends that may wait; see runtime::append_queue
  std::chrono::milliseconds write_timeout{8'000}; ///< for each statement of a transaction
};

/// Starts a journal writer: an actor with its own thread and connection. It commits all appends in its mailbox in one
/// transaction (group commit), with one statement for all events and one for each kind of row. If PostgreSQL refuses
/// the transaction, the writer tries each append in its own transaction, so that it refuses only the faulty one. It
/// does not do so after a timeout. It refuses an append whose `write_before` has passed. PostgreSQL cancels a statement
/// that runs longer than the appends of its transaction may wait.
[[nodiscard]] runtime::journal_writer start_journal_writer(caf::actor_system& system, writer_settings settings);

} // namespace ainft::persistence
