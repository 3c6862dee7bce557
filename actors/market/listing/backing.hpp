#pragma once

#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::listing {

/// Whether the caller's wallet holds the amount that it bids, by a reading that is at most `market.balance-age` old. Refuses
/// as may_bid does, with errc::insufficient_funds naming `/amount`, or with errc::unavailable when Solana does not say what
/// the wallet holds.
[[nodiscard]] boost::asio::awaitable<caf::error> check_backing(const services& s, const http::call& c, listing_id id,
                                                               positive_lamports amount);

/// The standing bids of a listing that are more than their bidders' wallets hold right now.
[[nodiscard]] task<std::vector<bid_id>> unbacked_bids(const services& s, listing_id id);

} // namespace ainft::listing
