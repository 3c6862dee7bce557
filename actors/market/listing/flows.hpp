#pragma once

#include "actors/chain/transaction/api.hpp"
#include "actors/market/listing/protocol.hpp"

namespace ainft::listing {

/// Whether `subject` waits for this approval or revocation. Refuses with errc::not_owner unless it is `who`'s, else with errc::wrong_state.
[[nodiscard]] caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who);

/// Transactions that approve the platform as delegate of the token, pay for it, and take the approval back.
[[nodiscard]] std::vector<transaction::flow> sale_flows();

} // namespace ainft::listing
