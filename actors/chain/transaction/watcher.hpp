#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::transaction {

/// Starts the actor that brings submitted transactions to the chain: it sends each one again until it is confirmed, has
/// failed, or can never land any more because the finalized chain has passed its last valid block without it. What is under way
/// it reads from PostgreSQL at its start, so that a crash loses none.
[[nodiscard]] caf::actor start_watcher(const services& s);

/// The follower that tells `watcher` of each submission.
[[nodiscard]] runtime::follower start_submission_follower(const services& s, const caf::actor& watcher);

} // namespace ainft::transaction
