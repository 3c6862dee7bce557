#pragma once

#include "actors/realtime/live_event.hpp"
#include "actors/realtime/presence.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unordered_map>

namespace ainft::realtime {

namespace asio = boost::asio;

class subscriber;

/// Knows which subscriber is in which room, separately for each network thread. So an event reaches a thread's
/// subscribers without a lock.
class hub {
public:
  /// The part of one thread. Only that thread uses it.
  struct part {
    hub& of;
    asio::any_io_executor executor;
    runtime::journal_cursor at; ///< this thread's subscribers have got all events up to here
    std::unordered_map<runtime::uuid, std::vector<subscriber*>> rooms;
    size_t walking = 0; ///< above zero during a loop over a room; then a subscriber that leaves becomes a null pointer
    std::vector<runtime::uuid> holes;
  };

  /// Sets the threads. Call it before the first subscriber. `at` is the position after which events follow.
  void start(const std::vector<asio::any_io_executor>& threads, const runtime::journal_cursor& at);

  /// Call it after the threads have ended.
  void finish();

  [[nodiscard]] part& part_of(const asio::any_io_executor& thread);

  /// Passes events, in journal order, to the subscribers of their rooms. The subscribers then have all events up to
  /// `upto`. Call it from one thread only.
  void publish(const std::vector<event_ptr>& events, const runtime::journal_cursor& upto);

  /// The number of viewers of a room on all threads and nodes, if the room counts viewers.
  [[nodiscard]] size_t viewers(const runtime::uuid& topic) const;

  // Exchange of viewer counts between nodes. Safe from any thread.

  /// Sets the function that sends this node's counts to the others. Call it before start().
  void tell_nodes_by(std::function<void(std::string_view news)> tell) { tell_nodes_ = std::move(tell); }
  /// Takes the counts that another node has sent.
  void receive(const runtime::uuid& node, std::string_view news);
  /// After messages may have been lost: sends all counts of this node, and requests those of the others.
  void tell_all();
  /// Drops the counts of all other nodes except these.
  void keep_nodes(const std::vector<runtime::uuid>& nodes);

  /// The number of subscriptions on this node.
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
  std::unordered_map<runtime::uuid, const room_type*> viewed_here_; ///< the rooms with viewers on this node
  bool telling_ = false;                                            ///< the timer runs
  std::unique_ptr<asio::steady_timer> timer_;
  std::function<void(std::string_view)> tell_nodes_;
};

/// A receiver of the events of rooms, for example a socket or a stream. Only its thread uses it.
class subscriber {
public:
  /// A subscription to a room. The subscriber gets the events after `from`, except the entity's events up to version
  /// `known`.
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
  /// The user on whose behalf it subscribes. Private events reach only the users in their audience, and operators.
  [[nodiscard]] const reader& reads_for() const noexcept { return who_; }
  [[nodiscard]] const std::vector<subscription>& subscriptions() const noexcept { return subscriptions_; }
  [[nodiscard]] subscription* find(const room& r);
  /// Subscribes to a room. All events after the position of the thread's part reach the subscriber.
  subscription& join(const room& r);
  subscription& join(const subscription& s);
  void leave(const room& r);
  void leave_all();

  /// Whether the subscriber gets an event.
  [[nodiscard]] bool wants(const live_event& e) const;

  /// Keeps new events back until release() was called as often as hold(). So no new event overtakes events of the past.
  void hold() { ++holds_; }
  void release();

  /// The position of the last event that the subscriber got.
  [[nodiscard]] const runtime::journal_cursor& last() const noexcept { return last_; }
  void set_last(const runtime::journal_cursor& at) { last_ = at; }

  /// Takes new events of one of the subscriber's rooms.
  void offer(const event_run& run);

  /// Takes the number of viewers of one of its rooms, as a packet of the event `viewers` in the namespace "/".
  virtual void on_viewers(const socketio::frames&) {}

protected:
  virtual void push(const live_event& e) = 0;
  /// Sends all events of a run.
  virtual void push_run(const event_run& run) {
    for (const auto& e : run.events)
      push(*e);
  }
  /// Called when more events are kept back than `most_held`.
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
