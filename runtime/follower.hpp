#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace ainft::runtime {

/// What a follower does: `handle` is called for each event of its interests, in the journal's order, at least once; the
/// next event follows when `done` was called. With an error the same event comes again after a pause that grows.
struct follower_settings {
  std::string name;
  std::vector<std::string> interests; ///< "kind.type"
  std::function<void(const followed_event&, std::function<void(caf::error)> done)> handle;
  std::chrono::milliseconds poll{250}; ///< how often it looks when nobody says that the journal grew
};

/// Starts a follower with a durable cursor. It accepts journal_advanced.
[[nodiscard]] caf::actor start_follower(caf::actor_system& system, const journal& log, follower_settings settings);

} // namespace ainft::runtime
