#pragma once

#include "actors/realtime/room.hpp"
#include "net/socketio/frames.hpp"

#include <deque>
#include <mutex>

namespace ainft::realtime {

/// Made when it is first asked for, in whichever thread that is, and once.
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

/// Who reads events.
struct reader {
  runtime::uuid user;    ///< nil for one without a token
  bool sees_all = false; ///< an operator
};

/// A committed event as clients get it: ["listing.bid_placed", {…}, "<position>"]. It is encoded once, and not where nobody gets it.
class live_event {
public:
  explicit live_event(runtime::followed_event e);

  runtime::journal_cursor at;
  runtime::uuid entity;
  uint64_t sequence = 0;
  std::string name; ///< "listing.bid_placed"
  std::vector<runtime::uuid> topics;
  bool is_private = false;  ///< only for the users in its audience, and operators

  [[nodiscard]] bool is_open_to(const reader& who) const;

  /// The whole EVENT packet of the namespace "/".
  [[nodiscard]] const socketio::frames& packet() const { return form().packet; }

  /// Its JSON object: {id, sequence, type, at, position, data}.
  [[nodiscard]] std::string_view body() const { return std::string_view{*packet()}.substr(form().body_at, form().body_size); }
  [[nodiscard]] std::string_view type() const noexcept { return std::string_view{name}.substr(name.find('.') + 1); }

  /// The same packet for another namespace, or as one that comes after `offset` was sent.
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
  made_once<encoded> encoded_;
};

using event_ptr = std::shared_ptr<const live_event>;

/// Events that follow each other and are for the same rooms and readers: of one entity, so that who gets the first gets all.
class event_run {
public:
  explicit event_run(event_ptr first) : events(1, std::move(first)) {}

  std::vector<event_ptr> events; ///< at least one

  /// The packets of all of them, for the namespace "/".
  [[nodiscard]] const socketio::frames& packets() const {
    return packets_.get([this] { return join(); });
  }

private:
  [[nodiscard]] socketio::frames join() const;

  made_once<socketio::frames> packets_;
};

/// Events in their order, as runs.
[[nodiscard]] std::deque<event_run> runs_of(const std::vector<event_ptr>& events);

/// The types of event that are shown or acted on, as "kind.type".
[[nodiscard]] const std::vector<std::string>& shown_events();

/// The latest events, for clients that come back. Safe from any thread.
class history {
public:
  explicit history(size_t limit) : limit_{limit} {}

  /// Everything after `from` will be there.
  void begin_after(const runtime::journal_cursor& from);
  void add(event_ptr e);

  /// Those after `after` up to `upto` that `wanted` says, in order; nothing where the memory does not reach back to `after`.
  [[nodiscard]] std::optional<std::vector<event_ptr>> since(const runtime::journal_cursor& after, const runtime::journal_cursor& upto,
                                                            const std::function<bool(const live_event&)>& wanted) const;

  /// The latest `count` of a topic, the oldest first.
  [[nodiscard]] std::vector<event_ptr> latest(const runtime::uuid& topic, size_t count) const;

private:
  size_t limit_;
  mutable std::mutex mutex_;
  runtime::journal_cursor begin_;
  std::deque<event_ptr> events_;
};

} // namespace ainft::realtime
