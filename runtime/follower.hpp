#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <shared_mutex>

namespace ainft::runtime {

/// What a follower does: of the events of its interests those that `concerns` says are passed to `handle`, which is called for each, in the journal's order, at least once; the
/// next event follows when `done` was called. With an error the same event comes again after a pause that grows. Its cursor is stored a few times a second: what
/// was handled since comes again after a crash.
struct follower_settings {
  std::string name;
  std::vector<std::string> interests; ///< "kind.type"
  std::function<void(const followed_event&, std::function<void(caf::error)> done)> handle;
  std::chrono::milliseconds poll{250}; ///< how often it looks when nobody says that the journal grew, and stores its cursor
  std::function<bool(const followed_event&)> concerns; ///< absent: all of them
  std::chrono::milliseconds gather{0}; ///< from one reading of the journal to the next, so that much is read together
};

struct follower {
  caf::actor actor;
  std::vector<std::string> interests;
  std::string name;
};

/// Starts a follower with a durable cursor. It accepts journal_advanced, ask_follower, skip_event
/// and rewind_follower.
[[nodiscard]] follower start_follower(caf::actor_system& system, const journal& log, follower_settings settings);

/// The followers of a node, so that a commit can wake those whom it concerns. Safe from any thread.
class follower_group {
public:
  /// Instead of one of the same name, if there is one.
  void add(follower f);
  /// Tells each follower that is interested in an event of `committed` that the journal has grown.
  void notify(const append& committed) const;
  /// The same for one event that was committed anywhere.
  void notify(std::string_view kind, std::string_view type) const;
  void forget(std::string_view name);
  [[nodiscard]] std::vector<follower> all() const;
  /// Ends them all.
  void end();

private:
  mutable std::shared_mutex mutex_;
  std::vector<follower> all_;
};

} // namespace ainft::runtime
