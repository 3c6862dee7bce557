#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::settlement {

/// Starts the follower that tells each transaction's subject how the transaction ended: see flow::settle in
/// actors/chain/transaction/flow.hpp. It may repeat a step; each entity takes one outcome of one transaction once.
[[nodiscard]] runtime::follower start_follower(const services& s);

} // namespace ainft::settlement
