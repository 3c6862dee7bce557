#pragma once

#include "persistence/database.hpp"
#include "runtime/cluster/router.hpp"

#include <caf/actor_system.hpp>

namespace ainft::persistence {

/// Starts the actor that wakes entities whose deadline is near, so that an auction ends on time although nobody touched
/// it, and soon after the start although the node was down when it was due. It looks every second.
[[nodiscard]] caf::actor start_deadline_sweeper(caf::actor_system& system, const database& db, runtime::cluster::router& entities);

} // namespace ainft::persistence
