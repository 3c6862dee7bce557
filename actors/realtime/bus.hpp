#pragma once

#include "actors/realtime/hub.hpp"
#include "actors/services.hpp"
#include "net/semaphore.hpp"
#include "runtime/journal.hpp"

#include <caf/telemetry/counter.hpp>

namespace ainft::realtime {

struct bus_settings {
  size_t recent_events = 20'000; ///< kept in memory for clients that come back
  size_t replay_limit = 100'000; ///< limit of journal events to read for a client that was away longer
  size_t replays_at_once = 4;
};

/// Where a client stopped: a position in the journal, or an entity's version.
struct since {
  std::optional<runtime::journal_cursor> cursor;
  std::optional<uint64_t> version;
  std::string_view field = "/since"; ///< the field to name in an error
};

/// The initial state of an opened room.
struct opened {
  uint64_t version = 0; ///< of the entity; 0 if the room has no entity
  std::string snapshot; ///< JSON; empty if the client gets all missed events instead
  std::vector<event_ptr> missed;
  runtime::journal_cursor at; ///< events after this position are pushed
};

/// Distributes the committed events. It reads them from the journal once and in order, encodes them once, keeps the
/// latest in memory, and passes them to the subscribers of each thread.
class bus {
public:
  bus(caf::actor_system& system, runtime::reply_port& port, const runtime::journal& log, bus_settings settings);

  /// Loads the latest events into memory, and makes the journal's tail follow the journal from there. Blocks. Throws
  /// std::runtime_error if it cannot read the journal. The tail's thread calls `acts_on` with each later event before
  /// the bus publishes the event. The tail must end before the bus.
  void begin(std::function<void(const runtime::followed_event&)> acts_on);

  [[nodiscard]] realtime::hub& hub() noexcept { return hub_; }
  /// The position up to which the bus has followed the journal.
  [[nodiscard]] runtime::journal_cursor at() const;

  /// Sets the threads of the subscribers.
  void start(const std::vector<asio::any_io_executor>& threads);

  /// Subscribes `who` to a room on behalf of `principal`. When this returns, `who` is in the room and held until the
  /// caller releases it. So the caller can send the result before newer events. Refuses with errc::not_found,
  /// errc::forbidden, errc::validation_failed for a version that does not exist yet, and errc::conflict if `who` left
  /// the room meanwhile. After an error, `who` is not held, and is in the room only if it was before.
  [[nodiscard]] task<opened> open(const services& s, subscriber& who, room r, runtime::principal principal, since from);

  /// The events after `after` up to `upto` that `who` missed in `subscriptions`, from memory or else from the journal.
  /// Refuses with errc::conflict if there are more events in between than `replay_limit`.
  [[nodiscard]] task<std::vector<event_ptr>> missed(std::vector<subscriber::subscription> subscriptions,
                                                    runtime::journal_cursor after, runtime::journal_cursor upto,
                                                    reader who);

private:
  task<runtime::answer> snapshot(const services& s, room r, runtime::principal who);
  task<std::vector<event_ptr>> missed_versions(const services& s, runtime::uuid entity, uint64_t after, uint64_t upto,
                                               reader who);
  task<std::vector<event_ptr>> read_back(std::vector<subscriber::subscription> subscriptions,
                                         runtime::journal_cursor after, runtime::journal_cursor upto, reader who);
  std::optional<std::vector<event_ptr>> remember(const std::vector<subscriber::subscription>& subscriptions,
                                                 const runtime::journal_cursor& after,
                                                 const runtime::journal_cursor& upto, const reader& who);
  caf::error refuse_too_far(const runtime::journal_cursor& after, const runtime::journal_cursor& upto);
  void count_replay(std::string source);
  void on_slice(runtime::journal_slice slice);

  caf::actor_system& system_;
  const runtime::journal& journal_;
  bus_settings settings_;
  history history_;
  realtime::hub hub_;
  net::semaphore replays_;
  runtime::reply_port& port_;
  std::function<void(const runtime::followed_event&)> acts_on_;
  mutable std::mutex mutex_;
  runtime::journal_cursor at_;
  bool started_ = false;
  caf::telemetry::int_counter* published_;
  caf::telemetry::int_counter_family* replayed_;
};

} // namespace ainft::realtime
