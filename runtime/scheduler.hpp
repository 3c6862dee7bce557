#pragma once

#include <caf/actor_system_config.hpp>

namespace ainft::runtime {

/// Has the actor systems of this configuration run their actors by workers that take the actors with messages from one queue, and
/// sleep while it is empty (ADR 13). Of those that sleep one is woken at a time: while it is on its way, what is queued is left to it,
/// and it wakes the next one if it leaves something.
/// `caf.scheduler.max-threads` is the number of workers, `caf.scheduler.max-throughput` how many messages one actor takes at a time.
void use_scheduler(caf::actor_system_config& config);

} // namespace ainft::runtime
