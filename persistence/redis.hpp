#pragma once

#include "runtime/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// Starts an actor with its own thread and connection to Redis. Data in Redis can be lost: callers must work without
/// it. The actor answers (get_atom) with ok_atom, or with errc::unavailable.
[[nodiscard]] caf::actor start_redis(caf::actor_system& system, std::string address);

} // namespace ainft::persistence
