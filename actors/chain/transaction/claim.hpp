#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/market/listing/protocol.hpp"
#include "actors/market/nft/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::transaction {

/// Whether a mint is what `subject` waits for. Refuses with errc::not_owner what is not `who`'s, else with
/// errc::wrong_state.
[[nodiscard]] caf::error awaited(const nft::view& subject, const view& tx, const user_id& who);

/// The same of a listing for an approval or a revocation.
[[nodiscard]] caf::error awaited(const listing::view& subject, const view& tx, const user_id& who);

/// What must hold before the platform signs: what the transaction is for exists, is the caller's, and waits for it. A
/// purchase takes hold of its listing here, so that nobody else buys it.
[[nodiscard]] boost::asio::awaitable<caf::error> claim(const services& s, const http::call& c, const view& tx);

} // namespace ainft::transaction
