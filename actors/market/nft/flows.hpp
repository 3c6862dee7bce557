#pragma once

#include "actors/chain/transaction/api.hpp"
#include "actors/market/nft/protocol.hpp"

namespace ainft::nft {

/// Checks that `subject` waits for this mint. Refuses with errc::not_owner if `who` is not its creator, and with
/// errc::wrong_state if it does not wait.
[[nodiscard]] caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who);

/// The flow of the transactions that mint an NFT.
[[nodiscard]] transaction::flow mint_flow();

} // namespace ainft::nft
