#pragma once

#include "runtime/follower.hpp"
#include "runtime/parking.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/gauge.hpp>

#include <unordered_set>

namespace ainft::runtime {

/// The parked keys of a follower. The database table holds their events; this object holds only the keys. It retries
/// due keys, several at the same time, and the events of each key in order. It belongs to the follower's actor and runs
/// in it.
class parking_lot {
public:
  /// Calls `on_success` for each event that a retry handles.
  parking_lot(caf::event_based_actor& self, caf::actor reader, const follower_settings& settings,
              std::function<void()> on_success);
  parking_lot(const parking_lot&) = delete;
  parking_lot& operator=(const parking_lot&) = delete;

  /// The follower ends on this node. Another node may continue it and then reports the number.
  void leave() { gauge_->value(0); }

  /// Reads the parked keys from the table.
  void load(std::function<void(caf::error)> done);

  [[nodiscard]] bool holds(const uuid& key) const { return keys_.contains(key); }
  /// Whether an attempt at the key is in progress. The key may no longer be parked.
  [[nodiscard]] bool is_trying(const uuid& key) const { return trying_.contains(key); }
  [[nodiscard]] bool is_full() const { return keys_.size() + new_keys_ >= settings_.retries.most_parked; }

  /// Parks `key`, or adds to it if it is parked, and stores its `events`: see park_events.
  void park(const uuid& key, std::vector<parked_event> events, const caf::error& why, uint32_t attempts,
            std::function<void(caf::error)> done);

  /// Tries due keys, unless attempts are in progress or the last look was a moment ago.
  void look();

  [[nodiscard]] caf::result<bool> release(const uuid& key);
  [[nodiscard]] caf::result<bool> skip(const uuid& key);

private:
  struct attempt;

  void try_next(const std::shared_ptr<attempt>& a);
  void settle(const std::shared_ptr<attempt>& a, const caf::error& failed);
  void end_attempt(const uuid& key, bool made_progress);
  void set(const uuid& key, bool is_parked);
  void show_count() { gauge_->value(static_cast<int64_t>(keys_.size())); }
  void look_soon();
  template <class Message>
  caf::result<bool> ask(Message m);

  caf::event_based_actor& self_;
  caf::actor reader_;
  const follower_settings& settings_;
  std::function<void()> on_success_;
  std::unordered_set<uuid> keys_, trying_;
  size_t new_keys_ = 0; ///< whose parking is being written
  bool reading_ = false;
  std::chrono::steady_clock::time_point next_look_;
  caf::telemetry::int_gauge* gauge_;
};

/// Whether this program knows the event's type. The decoder checks the version.
[[nodiscard]] bool knows(const follower_settings& settings, const followed_event& e);

/// Calls `settings.handle` and delivers its outcome as a message to `self`. An exception becomes errc::internal. An
/// event of an unknown type fails with errc::unknown_message. An event outside the follower's event_types succeeds
/// without a call: an older version parked it, because it did not know the type.
void handle_event(caf::event_based_actor& self, const follower_settings& settings, const followed_event& e,
                  std::function<void(caf::error)> done);

} // namespace ainft::runtime
