#pragma once

#include "actors/money.hpp"

namespace ainft::listing {

/// The lamports that a purchase takes from the buyer's wallet, and the minimum that must stay in it.
struct purchase_funds {
  lamports price;
  lamports to_buyer;     ///< the buyer's own share of the price, for example as a creator of the NFT
  lamports account_rent; ///< of the buyer's token account, if it does not exist yet
  lamports least_left;   ///< rent-exempt minimum of a wallet that is not empty
};

/// Refuses with errc::insufficient_funds if the wallet cannot pay the whole price and the rent, or if its remaining
/// balance would be above zero and below `least_left`.
[[nodiscard]] caf::error check_funds(lamports held, const purchase_funds& needs);

/// The rent that the buyer must add for the token account: `rent` minus the lamports that the account's address already
/// holds.
[[nodiscard]] lamports missing_rent(lamports rent, lamports held_by_account);

} // namespace ainft::listing
