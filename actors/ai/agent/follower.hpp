#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::agent {

/// Starts the follower that carries out the agents' events. It orders planning jobs, makes tool calls, reports the
/// results to the agents, and starts runs on trigger events in their studios. Delivery is at-least-once; the work is
/// idempotent.
[[nodiscard]] runtime::follower start_follower(const services& s);

} // namespace ainft::agent
