#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace ainft::runtime {

struct tail_settings {
  journal_cursor from;
  std::vector<std::string> event_types; ///< "kind.type"
  /// Runs in the tail's actor; gets every slice that advances the position, even one without events.
  std::function<void(journal_slice)> handle;
  /// Whether anybody waits for the events. Under load, the tail reads larger batches when nobody waits.
  std::function<bool()> is_awaited = [] { return true; };
  /// How often it reads without a notification: Redis, which reports commits of other nodes, can be unavailable.
  std::chrono::milliseconds poll{500};
};

/// Makes the tail follow the journal.
struct begin_tail {
  tail_settings settings;
};

/// Makes the tail send journal_advanced to `follower` for each slice with events of these types ("kind.type"), or of
/// types that this program does not know.
struct follow_tail {
  caf::actor follower;
  std::vector<std::string> event_types;
};

/// The readers of a tail.
struct tail_readers {
  caf::actor own;               ///< serves only the tail, so that no other read delays it
  std::vector<caf::actor> past; ///< for events that are no longer in memory
};

/// Starts the journal's tail of a node. From begin_tail on, the tail reads each committed event once, in journal order,
/// for the whole node: it passes the events to `handle`, notifies the followers, and keeps the latest events in memory.
/// It answers read_journal as a journal reader does: from memory, or from a reader if its memory does not reach back so
/// far. It does not store its position: each process starts at `tail_settings::from`. It accepts begin_tail,
/// follow_tail, read_journal and journal_advanced. `known_events` are all that this program knows ("kind.type"); if it
/// is empty, the tail treats every event as known.
[[nodiscard]] caf::actor start_journal_tail(caf::actor_system& system, tail_readers readers,
                                            const std::vector<std::string>& known_events);

} // namespace ainft::runtime
