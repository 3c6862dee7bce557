#pragma once

#include "runtime/journal.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <shared_mutex>
#include <unordered_set>

namespace ainft::runtime {

/// How a follower retries events that fail.
struct retry_settings {
  std::chrono::milliseconds patience{5'000};
  std::chrono::milliseconds longest_pause{300'000};
  size_t most_parked = 10'000; ///< keys; when so many are parked, the follower retries in place
  size_t most_suspects = 8;
};

/// Settings of a follower. A follower passes each event of its event_types that `concerns` selects to `handle`, at
/// least once. The events of one key follow each other in journal order: the next one starts after `handle` has called
/// `done`. Events of up to `concurrency` keys are handled at the same time. The follower stores its cursor a few times
/// per second: after a crash, it handles the events since the stored cursor again.
///
/// The follower retries a transient failure (runtime::is_transient, errc::solana_failed) in place for
/// `retries.patience`, with pauses. After that, and at once for any other failure, it parks the event's key in the
/// database. The event and all later events of the same key wait there in order. The follower retries them, first after
/// one second, later with pauses of up to `retries.longest_pause`. All other keys continue. If key after key has
/// transient failures and no event succeeds in between, the keys are not the cause: after `retries.most_suspects`
/// parked keys, the follower retries in place.
///
/// The follower also parks an event of a type that this program does not know. A later version of the program decides
/// whether this follower handles it.
struct follower_settings {
  std::string name;
  std::vector<std::string> event_types; ///< "kind.type"
  std::function<void(const followed_event&, std::function<void(caf::error)> done)> handle;
  /// How often it reads without a notification, and how often it stores its cursor.
  std::chrono::milliseconds poll{500};
  std::function<bool(const followed_event&)> concerns; ///< absent: all events
  size_t concurrency = 16; ///< maximum keys with an event in progress, those that are retried in place included
  using keys_found = std::function<void(result<std::vector<uuid>>)>;
  /// Finds the key of each event: the entity that the event's effect is for. Absent: the event's own entity. The events
  /// live at least until the function returns.
  std::function<void(const std::vector<followed_event>&, keys_found)> keys;
  retry_settings retries;
  /// All events that this program knows; start_follower() takes them from the journal.
  std::unordered_set<std::string> known;
};

struct follower {
  caf::actor actor;
  std::string name;
};

/// Starts a follower with a durable cursor. It reads from the journal's tail. When its actor ends, it releases all
/// functions of `settings`. It accepts journal_advanced, ask_follower, skip_event, rewind_follower, release_parked and
/// skip_parked.
[[nodiscard]] follower start_follower(caf::actor_system& system, const journal& log, follower_settings settings);

/// The followers of a node, for operators. Safe from any thread.
class follower_group {
public:
  /// Adds a follower; replaces one with the same name.
  void add(follower f);
  void forget(std::string_view name);
  [[nodiscard]] std::vector<follower> all() const;

private:
  mutable std::shared_mutex mutex_;
  std::vector<follower> all_;
};

} // namespace ainft::runtime
