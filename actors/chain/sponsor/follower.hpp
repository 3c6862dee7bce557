#pragma once

#include "actors/services.hpp"
#include "runtime/follower.hpp"

namespace ainft::sponsor {

/// Starts the follower `sponsorship`. When a transaction ends, it replaces the reservation by the actual cost, which it
/// reads from the chain if the RPC node has the transaction.
[[nodiscard]] runtime::follower start_follower(const services& s);

/// Starts the actor that releases the reservations of transactions that do not exist, settles overdue reservations,
/// deletes old budgets, and updates the metrics of the day's budget.
[[nodiscard]] caf::actor start_sweeper(const services& s);

} // namespace ainft::sponsor
