#pragma once

#include "net/thread_pool.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace ainft::net {

/// Work that is done again and again, in a thread that does nothing else, so that no other work delays it. Turns are short and do not block.
class clockwork {
public:
  explicit clockwork(caf::actor_system& system) : system_{system} {}
  ~clockwork() { stop(); }
  clockwork(const clockwork&) = delete;
  clockwork& operator=(const clockwork&) = delete;

  /// Calls `turn` every `pause`. An exception ends one turn: it is logged and counted (ainft_recurring_failures{work}), and the work goes on.
  void start(std::string name, std::chrono::milliseconds pause, std::function<void()> turn);

  /// Ends all work, and waits for the turn that is under way. Work that is started later is not done.
  void stop();

private:
  caf::actor_system& system_;
  thread_pool thread_{"recurring", 1};
};

} // namespace ainft::net
