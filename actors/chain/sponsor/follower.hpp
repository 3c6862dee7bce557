#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::sponsor {

/// The follower `sponsorship`: when a transaction ends it counts what it has cost the fee payer, from the chain's own
/// record where the node has it, in place of what was reserved.
[[nodiscard]] runtime::follower start_follower(const services& s);

/// The actor that releases what was reserved for transactions that never came into being, forgets old budgets, and
/// keeps the metrics of the day's budget.
[[nodiscard]] caf::actor start_sweeper(const services& s);

} // namespace ainft::sponsor
