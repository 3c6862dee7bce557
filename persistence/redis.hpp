#pragma once

#include "runtime/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// Starts an actor with a thread and a connection to Redis of its own. What Redis holds may be lost: callers go on without it.
/// It answers (get_atom) with ok_atom, or errc::unavailable.
[[nodiscard]] caf::actor start_redis(caf::actor_system& system, std::string address);

} // namespace ainft::persistence
