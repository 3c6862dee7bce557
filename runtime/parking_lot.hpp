#pragma once

#include "runtime/follower.hpp"
#include "runtime/parking.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/telemetry/gauge.hpp>

#include <unordered_set>

namespace ainft::runtime {

/// The keys that a follower has parked. The table has their events; here are the keys alone. It tries due keys again, several at
/// once, each key's events in order. Belongs to the follower's actor and runs among its messages.
class parking_lot {
public:
  /// `on_success` is called for each event that a retry handled.
  parking_lot(caf::event_based_actor& self, caf::actor reader, const follower_settings& settings, std::function<void()> on_success);
  parking_lot(const parking_lot&) = delete;
  parking_lot& operator=(const parking_lot&) = delete;

  /// The follower ends here; it may go on elsewhere, and is counted there.
  void leave() { gauge_->value(0); }

  /// Reads from the table which keys are parked.
  void load(std::function<void(caf::error)> done);

  [[nodiscard]] bool holds(const uuid& key) const { return keys_.contains(key); }
  /// Whether an event of the key may be under way, parked or not any more.
  [[nodiscard]] bool is_trying(const uuid& key) const { return trying_.contains(key); }
  [[nodiscard]] bool is_full() const { return keys_.size() >= settings_.retries.most_parked; }

  /// Parks the keys of `events` and stores the events; see park_events.
  void park(std::vector<parked_event> events, const caf::error& why, uint32_t attempts, std::function<void(caf::error)> done);

  /// Tries what is due, unless it is at that already or was a moment ago.
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
  bool reading_ = false;
  std::chrono::steady_clock::time_point next_look_;
  caf::telemetry::int_gauge* gauge_;
};

/// Whether this program knows the type of an event at all. Its version is for those who read it.
[[nodiscard]] bool knows(const follower_settings& settings, const followed_event& e);

/// Calls `settings.handle` and brings its outcome among the messages of `self`. An exception is errc::internal, an event that this program does not know
/// errc::unknown_message. One that is none of the follower's interests (an older version parked it, which did not know it) is done.
void handle_event(caf::event_based_actor& self, const follower_settings& settings, const followed_event& e, std::function<void(caf::error)> done);

} // namespace ainft::runtime
