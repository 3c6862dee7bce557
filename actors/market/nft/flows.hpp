#pragma once

#include "actors/chain/transaction/api.hpp"
#include "actors/market/nft/protocol.hpp"

namespace ainft::nft {

/// Whether `subject` waits for this mint. Refuses with errc::not_owner unless it is `who`'s, else with errc::wrong_state.
[[nodiscard]] caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who);

/// Transactions that mint an NFT.
[[nodiscard]] transaction::flow mint_flow();

} // namespace ainft::nft
