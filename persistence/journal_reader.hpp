#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// Starts a journal reader: an actor with a thread and a connection of its own that answers load, read_journal,
/// load_cursor and store_cursor, and runs each read_job. A connection that broke is opened anew; what failed by it is
/// tried once more and then answered with errc::unavailable.
[[nodiscard]] caf::actor start_journal_reader(caf::actor_system& system, std::string url);

} // namespace ainft::persistence
