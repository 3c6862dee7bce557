#pragma once

#include "actors/realtime/live_event.hpp"
#include "actors/realtime/presence.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_map>

namespace ainft::realtime {

namespace asio = boost::asio;

class subscriber;

/// Who is in which room, for each network thread by itself, so that an event reaches a thread's subscribers without a lock.
class hub {
public:
  /// One thread's share; touched by that thread only.
  struct part {
    hub& of;
    asio::any_io_executor executor;
    runtime::journal_cursor at; ///< every event up to here was handed to this thread's subscribers
    std::unordered_map<runtime::uuid, std::vector<subscriber*>> rooms;
    size_t walking = 0; ///< nothing is taken out of a room that is being walked through
    std::vector<runtime::uuid> holes;
  };

  /// The threads, before their first subscriber; `at` is where events go on.
  void start(const std::vector<asio::any_io_executor>& threads, const runtime::journal_cursor& at);

  /// After the threads have ended.
  void finish();

  [[nodiscard]] part& part_of(const asio::any_io_executor& thread);

  /// Hands events, in order, to all who are in one of their rooms; they reach up to `upto`. From one thread.
  void publish(const std::vector<event_ptr>& events, const runtime::journal_cursor& upto);

  /// How many are in a room whose viewers are counted, on all threads and nodes.
  [[nodiscard]] size_t viewers(const runtime::uuid& topic) const;

  // What nodes tell each other of that. Safe from any thread.

  /// How this node tells the others. Before start().
  void tell_nodes_by(std::function<void(std::string_view news)> tell) { tell_nodes_ = std::move(tell); }
  /// Another node has told something.
  void receive(const runtime::uuid& node, std::string_view news);
  /// Something may have been lost: tells all, and asks the others to.
  void tell_all();
  /// Forgets all other nodes but these.
  void keep_nodes(const std::vector<runtime::uuid>& nodes);

  /// How many subscriptions in rooms are taken.
  [[nodiscard]] size_t memberships() const noexcept { return memberships_; }

private:
  friend class subscriber;
  using batch = std::pair<std::deque<event_run>, runtime::journal_cursor>;

  static void dispatch(part& p, const batch& b);
  static void fill_holes(part& p);
  void enter(part& p, subscriber& who, const room& r);
  void leave(part& p, subscriber& who, const room& r);
  void count_viewer(const room& r, int by);
  void tell_viewers_later();
  void tell_viewers();
  void tell_nodes(const std::string& news) const;

  std::vector<std::unique_ptr<part>> parts_;
  std::atomic<size_t> memberships_{0};
  mutable std::mutex mutex_;
  presence viewers_;
  /// The rooms of this node whose viewers are counted.
  struct viewed_room {
    const room_type* type = nullptr;
    int64_t subscribers = 0;
  };
  std::unordered_map<runtime::uuid, viewed_room> viewed_here_;
  bool telling_ = false; ///< the timer runs
  std::unique_ptr<asio::steady_timer> timer_;
  std::function<void(std::string_view)> tell_nodes_;
};

/// One that gets the events of rooms: a socket, a stream. Stays on its thread.
class subscriber {
public:
  /// A room that it is in: it gets what comes after `from`, except an entity's events up to the version that it was shown.
  struct subscription {
    realtime::room room;
    runtime::journal_cursor from;
    uint64_t known = 0;

    [[nodiscard]] bool lets(const live_event& e) const;
  };

  explicit subscriber(hub::part& on, reader who = {}) : part_{on}, who_{who} {}
  virtual ~subscriber() { leave_all(); }
  subscriber(const subscriber&) = delete;
  subscriber& operator=(const subscriber&) = delete;

  [[nodiscard]] hub::part& part() const noexcept { return part_; }
  /// On whose behalf it reads: what is private reaches those only whom it concerns.
  [[nodiscard]] const reader& reads_for() const noexcept { return who_; }
  [[nodiscard]] const std::vector<subscription>& subscriptions() const noexcept { return subscriptions_; }
  [[nodiscard]] subscription* find(const room& r);
  /// Enters a room; what happens from now on reaches it.
  subscription& join(const room& r);
  subscription& join(const subscription& s);
  void leave(const room& r);
  void leave_all();

  /// Whether an event is for it.
  [[nodiscard]] bool wants(const live_event& e) const;

  /// Keeps what comes until as many releases: so that nothing overtakes what is sent about the past.
  void hold() { ++holds_; }
  void release();

  /// The last event that was given to it.
  [[nodiscard]] const runtime::journal_cursor& last() const noexcept { return last_; }
  void set_last(const runtime::journal_cursor& at) { last_ = at; }

  /// Events of one of its rooms have come.
  void offer(const event_run& run);

  /// How many are in a room that it is in: the packet of the event `viewers` in "/".
  virtual void on_viewers(const socketio::frames&) {}

protected:
  virtual void push(const live_event& e) = 0;
  /// All of a run.
  virtual void push_run(const event_run& run) {
    for (const auto& e : run.events)
      push(*e);
  }
  /// It was held for too long: more has come than is kept.
  virtual void overrun() = 0;

private:
  void offer(const event_ptr& e);

  static constexpr size_t most_held = 10'000;

  hub::part& part_;
  reader who_;
  std::vector<subscription> subscriptions_;
  std::vector<event_ptr> held_;
  runtime::journal_cursor last_;
  uint32_t holds_ = 0;
};

} // namespace ainft::realtime
