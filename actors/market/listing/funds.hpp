#pragma once

#include "actors/money.hpp"

namespace ainft::listing {

/// What a purchase takes from the buyer's wallet, and what Solana wants left there.
struct purchase_funds {
  lamports price;
  lamports to_buyer;     ///< the buyer's own part of the price, as a creator of the NFT
  lamports account_rent; ///< for the token account, if it is to be made
  lamports least_left;   ///< an account that holds anything must hold as much (rent exemption)
};

/// Refuses with errc::insufficient_funds a wallet that does not hold the whole price and the rent, or that would be
/// left with more than nothing and less than `least_left`.
[[nodiscard]] caf::error check_funds(lamports held, const purchase_funds& needs);

/// The rent that the buyer pays for the token account: what it lacks of `rent`, since lamports may have been sent to
/// its address before.
[[nodiscard]] lamports missing_rent(lamports rent, lamports held_by_account);

} // namespace ainft::listing
