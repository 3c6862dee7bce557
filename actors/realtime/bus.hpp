#pragma once

#include "actors/realtime/hub.hpp"
#include "actors/services.hpp"
#include "net/semaphore.hpp"
#include "runtime/follower.hpp"

#include <caf/telemetry/counter.hpp>

namespace ainft::realtime {

struct bus_settings {
  size_t recent_events = 20'000;  ///< kept in memory for those who come back
  size_t replay_limit = 100'000;  ///< events of the journal that are looked through for one who was away longer
  size_t replays_at_once = 4;
};

/// Where a client says that it was: a place in the journal, or an entity's version.
struct since {
  std::optional<runtime::journal_cursor> cursor;
  std::optional<uint64_t> version;
  std::string_view field = "/since"; ///< where it was said, for a refusal
};

/// What an opened room begins with.
struct opened {
  uint64_t version = 0;          ///< of the entity, 0 where the room is no entity's
  std::string snapshot;          ///< JSON; empty where the client needs none, since it gets all that it missed
  std::vector<event_ptr> missed; ///< in order
  runtime::journal_cursor at;    ///< what comes after this, comes as events
};

/// The committed events on their way to those who follow them: read from the journal once, in its order, encoded once, kept for a
/// while, handed to each thread's subscribers.
class bus {
public:
  bus(caf::actor_system& system, runtime::reply_port& port, const runtime::journal& log, bus_settings settings);

  /// Reads the latest events back and follows the journal from there, with a reader of its own at `postgres_url`. Blocks; throws
  /// std::runtime_error when the journal cannot be read. `acts_on` is shown each event first, in the tail's thread.
  runtime::follower begin(const std::string& postgres_url, std::function<void(const runtime::followed_event&)> acts_on);
  void end();

  [[nodiscard]] realtime::hub& hub() noexcept { return hub_; }
  /// Where the journal has been followed to.
  [[nodiscard]] runtime::journal_cursor at() const;

  /// The threads that subscribers live on.
  void start(const std::vector<asio::any_io_executor>& threads);

  /// Lets `who`, on whose behalf `principal` asks, into a room: it is in it when this returns, and held until it is released, so
  /// that it can send what is returned here before what comes next. Refuses with errc::not_found and errc::forbidden; it is then
  /// not in the room, and not held.
  [[nodiscard]] task<opened> open(const services& s, subscriber& who, room r, runtime::principal principal, since from);

  /// What `who` in `subscriptions` missed after `after` up to `upto`: from memory, or else from the journal. Refuses with errc::conflict if
  /// that is more than is looked through.
  [[nodiscard]] task<std::vector<event_ptr>> missed(std::vector<subscriber::subscription> subscriptions, runtime::journal_cursor after,
                                                    runtime::journal_cursor upto, reader who);

private:
  task<runtime::answer> snapshot(const services& s, room r, runtime::principal who);
  task<std::vector<event_ptr>> missed_versions(const services& s, runtime::uuid entity, uint64_t after, uint64_t upto, reader who);
  task<std::vector<event_ptr>> read_back(std::vector<subscriber::subscription> subscriptions, runtime::journal_cursor after,
                                         runtime::journal_cursor upto, reader who);
  std::optional<std::vector<event_ptr>> remember(const std::vector<subscriber::subscription>& subscriptions, const runtime::journal_cursor& after,
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
  caf::actor reader_;
  caf::actor tail_;
  std::function<void(const runtime::followed_event&)> acts_on_;
  mutable std::mutex mutex_;
  runtime::journal_cursor at_;
  bool started_ = false;
  caf::telemetry::int_counter* published_;
  caf::telemetry::int_counter_family* replayed_;
};

} // namespace ainft::realtime
