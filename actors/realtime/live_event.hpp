#pragma once

#include "actors/realtime/room.hpp"
#include "net/socketio/frames.hpp"
#include "runtime/recent_events.hpp"

#include <deque>
#include <mutex>

namespace ainft::realtime {

/// A value that is made once, at its first use, on any thread.
template <class T>
class made_once {
public:
  template <class Make>
  const T& get(Make make) const {
    std::call_once(made_, [&] { value_ = make(); });
    return value_;
  }

private:
  mutable std::once_flag made_;
  mutable T value_{};
};

/// The user on whose behalf events are read.
struct reader {
  runtime::uuid user;    ///< nil if there is no token
  bool sees_all = false; ///< an operator
};

/// A committed event in the form that clients get: ["listing.bid_placed", {…}, "<position>"]. It is encoded at its
/// first use, and only once.
class live_event {
public:
  explicit live_event(runtime::followed_event e);

  runtime::journal_cursor at;
  runtime::uuid entity;
  uint64_t sequence = 0;
  std::string name; ///< "listing.bid_placed"
  std::vector<runtime::uuid> topics;
  bool is_private = false; ///< only for the users in its audience, and for operators

  [[nodiscard]] bool is_open_to(const reader& who) const;

  /// The whole EVENT packet for the namespace "/".
  [[nodiscard]] const socketio::frames& packet() const { return form().packet; }

  /// Its JSON object: {id, sequence, type, at, position, data}.
  [[nodiscard]] std::string_view body() const {
    return std::string_view{*packet()}.substr(form().body_at, form().body_size);
  }
  [[nodiscard]] std::string_view type() const noexcept { return std::string_view{name}.substr(name.find('.') + 1); }

  /// The packet for another namespace, or with another position `offset` instead of its own.
  [[nodiscard]] socketio::frames packet_for(std::string_view nsp, const runtime::journal_cursor& offset) const;

private:
  struct encoded {
    socketio::frames packet;
    size_t body_at = 0, body_size = 0;
  };

  [[nodiscard]] const encoded& form() const {
    return encoded_.get([this] { return encode(); });
  }
  [[nodiscard]] encoded encode() const;

  runtime::followed_event source_;
  const event_form* present_form_ = nullptr; ///< null if clients do not see this type
  made_once<encoded> encoded_;
};

using event_ptr = std::shared_ptr<const live_event>;

/// Consecutive events with the same topics and the same privacy. They belong to one entity. So a subscriber that gets
/// the first one gets all.
class event_run {
public:
  explicit event_run(const event_ptr& first) : events(1, first) {}

  std::vector<event_ptr> events; ///< at least one

  /// The packets of all events, for the namespace "/".
  [[nodiscard]] const socketio::frames& packets() const {
    return packets_.get([this] { return join(); });
  }

private:
  [[nodiscard]] socketio::frames join() const;

  made_once<socketio::frames> packets_;
};

/// Splits events into runs, in order.
[[nodiscard]] std::deque<event_run> runs_of(const std::vector<event_ptr>& events);

/// The event types in the journal that the bus reads, as "kind.type": all types that clients can see.
[[nodiscard]] const std::vector<std::string>& shown_events();

/// The latest events, for clients that come back. Safe from any thread.
class history {
public:
  explicit history(size_t limit) : limit_{limit} {}

  /// From now on, the history contains all events after `from`, until it drops the oldest.
  void begin_after(const runtime::journal_cursor& from);
  void add(event_ptr e);

  /// The events after `after` up to `upto` for which `wanted` returns true, in order. Empty optional if the history
  /// does not reach back to `after`.
  [[nodiscard]] std::optional<std::vector<event_ptr>> since(const runtime::journal_cursor& after,
                                                            const runtime::journal_cursor& upto,
                                                            const std::function<bool(const live_event&)>& wanted) const;

  /// The latest `count` events of a topic, oldest first.
  [[nodiscard]] std::vector<event_ptr> latest(const runtime::uuid& topic, size_t count) const;

private:
  size_t limit_;
  mutable std::mutex mutex_;
  runtime::recent_events<event_ptr> events_;
};

} // namespace ainft::realtime
