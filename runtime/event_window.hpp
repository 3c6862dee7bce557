#pragma once

#include "runtime/journal.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

namespace ainft::runtime {

/// An event that a follower has read and has not finished.
struct open_event {
  followed_event what;
  uuid key;
  bool is_done = false;
  bool is_parking = false;                     ///< the key's events are being written to the table of parked events
  uint32_t attempts = 0;                       ///< failed attempts
  std::chrono::milliseconds pause{0};          ///< before the next attempt
  std::chrono::steady_clock::time_point begun; ///< start of the first attempt
};

/// The events that a follower has read and has not finished, in journal order. The events of one key are handled one
/// after the other; events of different keys are handled at the same time, in any order.
class event_window {
public:
  using event_ptr = std::shared_ptr<open_event>;

  void add(followed_event e, const uuid& key);
  void clear();

  /// Starts and returns the oldest event whose key has no event in progress. Null if there is none.
  [[nodiscard]] event_ptr next();

  /// Finishes the first `count` events of a key that is in progress. The key's next event can be started.
  void finish(const uuid& key, size_t count = 1);

  /// Drops the finished events up to the first unfinished one. Returns the place of the last dropped event, if any.
  [[nodiscard]] std::optional<journal_cursor> drop_finished();

  /// The unfinished events of a key, in order.
  [[nodiscard]] std::vector<event_ptr> of(const uuid& key) const;

  /// The oldest unfinished event with a failed attempt that is not being parked; null if there is none.
  [[nodiscard]] event_ptr oldest_failing() const;

  [[nodiscard]] size_t size() const noexcept { return events_.size(); }
  [[nodiscard]] bool empty() const noexcept { return events_.empty(); }
  /// The number of keys in progress.
  [[nodiscard]] size_t in_progress() const noexcept { return in_progress_; }

private:
  std::deque<event_ptr> events_;
  std::unordered_map<uuid, std::deque<event_ptr>> by_key_; ///< unfinished events
  std::deque<event_ptr> startable_; ///< the first events of the keys without an event in progress
  size_t in_progress_ = 0;
};

} // namespace ainft::runtime
