#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace ainft::runtime {

/// Sends messages after a delay, from its own thread. Entities use it for their timers. CAF's clock sorts all its
/// entries at each change, which is too slow from about ten thousand timers on. Here, a change costs O(log n). Safe
/// from any thread.
class timers {
public:
  using clock = std::chrono::steady_clock;

  /// Identifies a timer. A default ticket identifies none.
  struct ticket {
    clock::time_point at;
    uint64_t number = 0;
    friend auto operator<=>(const ticket&, const ticket&) = default;
  };

  timers();
  /// Drops all pending messages.
  ~timers();
  timers(const timers&) = delete;
  timers& operator=(const timers&) = delete;

  /// Sends `what` to `to` after `wait`, if the actor still exists then.
  ticket send_after(std::chrono::microseconds wait, caf::weak_actor_ptr to, caf::message what);

  /// Cancels the timer if its message is not sent yet; else does nothing. Resets `t`.
  void cancel(ticket& t);

  [[nodiscard]] size_t count() const;

private:
  struct entry {
    caf::weak_actor_ptr to;
    caf::message what;
  };

  void run();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<ticket, entry> waiting_;
  uint64_t last_number_ = 0;
  bool ended_ = false;
  std::thread thread_;
};

} // namespace ainft::runtime
