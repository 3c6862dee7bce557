#pragma once

#include <caf/actor_control_block.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace ainft::runtime {

/// Sends messages later, in a thread of its own: the entities' timers. (CAF's clock sorts all that it holds at each change, which is too slow from some ten thousand
/// on; here a timer costs the logarithm of their number.) Safe from any thread.
class timers {
public:
  using clock = std::chrono::steady_clock;

  /// Names a timer. A default one names none.
  struct ticket {
    clock::time_point at;
    uint64_t number = 0;
    friend auto operator<=>(const ticket&, const ticket&) = default;
  };

  timers();
  /// What is still to be sent is dropped.
  ~timers();
  timers(const timers&) = delete;
  timers& operator=(const timers&) = delete;

  /// Sends `what` to `to` after `wait`, if it is there still.
  ticket send_after(std::chrono::microseconds wait, caf::weak_actor_ptr to, caf::message what);

  /// Takes back what was not sent yet; another ticket does nothing. `t` names none afterwards.
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
