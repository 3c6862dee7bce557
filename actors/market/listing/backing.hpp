#pragma once

#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::listing {

/// Checks that the caller's wallet holds the amount of a bid. Accepts a reading of the balance that is at most
/// `market.balance-age` old. Refuses as may_bid() does, with errc::insufficient_funds (field `/amount`), or with
/// errc::unavailable if the RPC node does not return the balance.
[[nodiscard]] boost::asio::awaitable<caf::error> check_backing(const services& s, const http::call& c, listing_id id,
                                                               positive_lamports amount);

/// The standing bids that exceed the current balance of their bidders' wallets.
[[nodiscard]] task<std::vector<bid_id>> unbacked_bids(const services& s, listing_id id);

} // namespace ainft::listing
