#pragma once

#include "runtime/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// What Redis holds here may be lost: callers go on without it.
///
/// Starts an actor with a thread and a connection of its own. It answers:
///   (get_atom)                              -> ok_atom, or errc::unavailable
///   (add_atom, name, int64 n, int64 seconds) -> int64: the counter after adding n; it lives `seconds` from its first use
[[nodiscard]] caf::actor start_redis(caf::actor_system& system, std::string address);

} // namespace ainft::persistence
