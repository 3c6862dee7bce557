#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <shared_mutex>

namespace ainft::runtime {

/// How a follower treats events that fail.
struct retry_settings {
  std::chrono::milliseconds patience{5'000};
  std::chrono::milliseconds longest_pause{300'000};
  size_t most_parked = 10'000; ///< keys; with so many parked it waits in place
  size_t most_suspects = 8;
};

/// What a follower does: of the events of its interests, those that `concerns` selects are passed to `handle`, in the journal's order, at
/// least once; the next event follows when `done` was called. The cursor is stored a few times a second: what was handled since comes
/// again after a crash.
///
/// An event whose failure may pass (runtime::may_pass, errc::solana_failed) is tried again in place for `retries.patience`, with pauses. Then, and
/// at once for any other failure, its key is parked in the database: the event and all later ones of the same key wait there in order and
/// are tried again, first after a second, later up to `longest_pause` apart, while all other keys go on. Where key after key fails with
/// what may pass and nothing succeeds in between, the cause is not the keys: after `most_suspects` of them the follower waits in place.
///
/// An event of a type that this program does not know is parked, too: it is for this follower as a later version of the program has it to say
/// whether it handles it.
struct follower_settings {
  std::string name;
  std::vector<std::string> interests; ///< "kind.type"
  std::function<void(const followed_event&, std::function<void(caf::error)> done)> handle;
  std::chrono::milliseconds poll{500}; ///< how often it looks when nobody says that the journal grew, and stores its cursor
  std::function<bool(const followed_event&)> concerns; ///< absent: all of them
  std::chrono::milliseconds gather{0}; ///< from one reading of the journal to the next, so that much is read together
  using keys_found = std::function<void(result<std::vector<uuid>>)>;
  /// Finds the key of each event: the entity that its effect is for. Absent: the event's own entity. The events live until it returns.
  std::function<void(const std::vector<followed_event>&, keys_found)> keys;
  retry_settings retries;
  std::vector<std::string> known; ///< all events that this program knows; start_follower fills it in from the journal
};

struct follower {
  caf::actor actor;
  std::vector<std::string> interests;
  std::string name;
};

/// Starts a follower with a durable cursor; when it has ended it holds none of its functions any more. It accepts journal_advanced, ask_follower, skip_event, rewind_follower, release_parked and
/// skip_parked.
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
