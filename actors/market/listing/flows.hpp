#pragma once

#include "actors/chain/transaction/api.hpp"
#include "actors/market/listing/protocol.hpp"

namespace ainft::listing {

/// Checks that `subject` waits for this approval or revocation. Refuses with errc::not_owner if `who` is not its
/// seller, and with errc::wrong_state if it does not wait.
[[nodiscard]] caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who);

/// The flows of the transactions that approve the platform as delegate of the token, pay for the token, and revoke the
/// approval.
[[nodiscard]] std::vector<transaction::flow> sale_flows();

} // namespace ainft::listing
