#pragma once

#include <caf/actor_system_config.hpp>

namespace ainft::runtime {

/// Configures the scheduler of actor systems. All workers take actors from one queue, and sleep while the queue is
/// empty (ADR 13). At most one worker is being woken at any time. Until it reaches the queue, no other worker is woken
/// for new actors; if it leaves actors in the queue, it wakes the next worker. `caf.scheduler.max-threads` is the
/// number of workers. `caf.scheduler.max-throughput` is the number of messages that an actor processes before the next
/// actor's turn.
void use_scheduler(caf::actor_system_config& config);

} // namespace ainft::runtime
