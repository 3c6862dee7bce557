#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::transaction {

/// Starts the actor that brings submitted transactions on chain. It sends each one repeatedly until the transaction is
/// confirmed, has failed, or can no longer land because the finalized chain has passed its last valid block height
/// without it. At its start, it reads the submitted transactions from PostgreSQL, so it loses none in a crash.
[[nodiscard]] caf::actor start_watcher(const services& s);

/// Starts the follower that tells `watcher` about each submission.
[[nodiscard]] runtime::follower start_submission_follower(const services& s, const caf::actor& watcher);

} // namespace ainft::transaction
