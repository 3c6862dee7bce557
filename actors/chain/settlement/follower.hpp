#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::settlement {

/// Starts the follower that tells each transaction's subject the outcome (flow::settle in
/// actors/chain/transaction/flow.hpp). The follower may repeat a step. An entity ignores an outcome that it already
/// has.
[[nodiscard]] runtime::follower start_follower(const services& s);

} // namespace ainft::settlement
