#pragma once

#include "persistence/database.hpp"
#include "runtime/cluster/router.hpp"

#include <caf/actor_system.hpp>

namespace ainft::persistence {

/// A row of the view `due`.
struct due_row {
  runtime::time_point at;
  runtime::uuid entity;
  std::string kind;
};

/// A place in the order of the due rows: by time, then by entity.
struct due_place {
  runtime::time_point at;
  runtime::uuid entity;
  friend auto operator<=>(const due_place&, const due_place&) = default;
};

/// Up to `limit` rows after `after` whose time comes within the next five seconds, in order.
[[nodiscard]] std::vector<due_row> find_due(session& db, const due_place& after, size_t limit);

/// Starts the actor that wakes entities whose deadline is near, so that an auction ends on time although nobody touched
/// it, and soon after the start although the node was down when it was due. It looks every second and wakes what has become due since it
/// looked last, up to 10,000 entities a second. Besides, it wakes again what still is due, 1,000 entities a second, all of them in turn:
/// those that cannot be woken hold up nobody.
[[nodiscard]] caf::actor start_deadline_sweeper(caf::actor_system& system, const database& db, runtime::cluster::router& entities);

} // namespace ainft::persistence
