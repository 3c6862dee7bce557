#pragma once

#include "runtime/journal.hpp"

#include <algorithm>
#include <deque>
#include <memory>

namespace ainft::runtime {

[[nodiscard]] inline const journal_cursor& place_of(const followed_event& e) { return e.at; }
template <class Event>
[[nodiscard]] const journal_cursor& place_of(const std::shared_ptr<Event>& e) {
  return e->at;
}

/// The journal's latest events in memory: all events after a begin, in order. Dropping the oldest event moves the begin
/// past it.
template <class Event>
class recent_events {
public:
  /// Drops all events. The next event that is added must be the first one after `from`.
  void begin_after(const journal_cursor& from) {
    begin_ = from;
    events_.clear();
  }

  void add(Event e) { events_.push_back(std::move(e)); }

  void drop_oldest() {
    begin_ = place_of(events_.front());
    events_.pop_front();
  }

  /// Whether all events after `after` are in memory.
  [[nodiscard]] bool reaches(const journal_cursor& after) const { return begin_ <= after; }

  /// The first event after `after`.
  [[nodiscard]] auto first_after(const journal_cursor& after) const {
    return std::upper_bound(events_.begin(), events_.end(), after,
                            [](const auto& cursor, const Event& e) { return cursor < place_of(e); });
  }

  [[nodiscard]] const std::deque<Event>& all() const noexcept { return events_; }

private:
  journal_cursor begin_;
  std::deque<Event> events_;
};

} // namespace ainft::runtime
