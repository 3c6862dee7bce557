#pragma once

#include "runtime/follower.hpp"

namespace ainft::runtime {

struct tail_settings {
  journal_cursor from;
  std::vector<std::string> interests; ///< "kind.type"
  std::function<void(journal_slice)> handle; ///< in the tail's thread; gets every slice, also one without events
  /// Whether somebody waits for the events: while much is committed and nobody does, more is read at a time.
  std::function<bool()> is_awaited = [] { return true; };
  std::chrono::milliseconds poll{500}; ///< how often it looks by itself: Redis, which tells of other nodes' commits, may be away
};

/// Starts what hands the journal's events on as they are committed, in their order, from a place that is not stored: each process
/// begins anew. `reader` serves nothing else, so that no other reading delays it. It accepts journal_advanced.
[[nodiscard]] follower start_journal_tail(caf::actor_system& system, caf::actor reader, tail_settings settings);

} // namespace ainft::runtime
