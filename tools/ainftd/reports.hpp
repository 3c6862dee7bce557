#pragma once

#include "runtime/actor_watch.hpp"
#include "runtime/entity_host.hpp"

/// Reports of a node's actors, in the log and the metrics.
namespace ainft {

/// Reports each quarantined entity.
[[nodiscard]] std::function<void(const runtime::quarantined&)> report_quarantine(caf::actor_system& system);

/// Reports each message that keeps an actor on a scheduler thread for too long.
[[nodiscard]] runtime::actor_watch::told report_long_stays(caf::actor_system& system);

} // namespace ainft
