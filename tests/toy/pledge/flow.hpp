#pragma once

#include "actors/chain/transaction/api.hpp"
#include "tests/toy/pledge/protocol.hpp"

namespace ainft::pledge {

/// Prepares a transaction that pays a pledge to the platform's reserve, for the caller's wallet to sign. Refuses with
/// errc::not_owner, already_paid and errc::wrong_state.
[[nodiscard]] task<http::reply> pay(const services& s, http::call& c, pledge_id id);

[[nodiscard]] transaction::flow payment_flow();

} // namespace ainft::pledge
