#pragma once

#include "net/thread_pool.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace ainft::net {

/// Runs recurring work on a thread of its own, so that no other work delays it. Turns must be short and must not block.
class clockwork {
public:
  explicit clockwork(caf::actor_system& system) : system_{system} {}
  ~clockwork() { stop(); }
  clockwork(const clockwork&) = delete;
  clockwork& operator=(const clockwork&) = delete;

  /// Calls `turn` again and again, with `pause` before each call. If `turn` throws, logs and counts the exception
  /// (ainft_recurring_failures_total{work}) and continues.
  void start(std::string name, std::chrono::milliseconds pause, std::function<void()> turn);

  /// Ends all work and waits for the turn that runs now. Work that is started later does not run.
  void stop();

private:
  caf::actor_system& system_;
  thread_pool thread_{"recurring", 1};
};

} // namespace ainft::net
