#pragma once

#include "persistence/journal_writer.hpp"

namespace ainft::persistence {

struct journal_settings {
  writer_settings writer;
  uint32_t writers = 1;
  // Readers by purpose, each with a connection; one more serves the tail.
  uint32_t load_readers = 1;
  uint32_t follower_readers = 1;
  uint32_t query_readers = 1;
  std::vector<std::string> known_events; ///< all that this program knows ("kind.type"); see runtime::journal
};

/// Starts the journal's actors of a node and puts them into `to`. Each commit of a writer wakes the tail. The tail does
/// not follow the journal before it gets runtime::begin_tail.
void start_journal(caf::actor_system& system, journal_settings settings, runtime::journal& to);

/// Ends the journal's actors.
void end_journal(const runtime::journal& log);

} // namespace ainft::persistence
