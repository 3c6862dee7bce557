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

/// A position in the order of the due rows: by time, then by entity.
struct due_place {
  runtime::time_point at;
  runtime::uuid entity;
  friend auto operator<=>(const due_place&, const due_place&) = default;
};

/// Up to `limit` rows after `after` that are due within the next five seconds, in order.
[[nodiscard]] std::vector<due_row> find_due(session& db, const due_place& after, size_t limit);

/// Starts the actor that wakes entities whose deadline is near. So an auction ends on time although nobody uses it, and
/// ends soon after a start if the node was down at its deadline. Each second, the sweeper wakes the newly due entities,
/// at most 10,000. It also wakes up to 1,000 entities that are still due, all of them in turn, so that entities that
/// cannot be woken do not delay others.
[[nodiscard]] caf::actor start_deadline_sweeper(caf::actor_system& system, const database& db,
                                                runtime::cluster::router& entities);

} // namespace ainft::persistence
