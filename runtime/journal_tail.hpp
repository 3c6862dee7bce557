#pragma once

#include "runtime/follower.hpp"

namespace ainft::runtime {

struct tail_settings {
  journal_cursor from;
  std::vector<std::string> event_types; ///< "kind.type"
  /// Runs in the tail actor; gets every slice that advances the position, even one without events.
  std::function<void(journal_slice)> handle;
  /// Whether anybody waits for the events. Under load, the tail reads larger batches when nobody waits.
  std::function<bool()> is_awaited = [] { return true; };
  /// How often it reads without a notification: Redis, which reports commits of other nodes, can be unavailable.
  std::chrono::milliseconds poll{500};
};

/// Starts an actor that hands on the journal's events as they are committed, in journal order. It does not store its
/// position: each process starts at `settings.from`. Give it a `reader` of its own, so that no other read delays it. It
/// accepts journal_advanced.
[[nodiscard]] follower start_journal_tail(caf::actor_system& system, caf::actor reader, tail_settings settings);

} // namespace ainft::runtime
