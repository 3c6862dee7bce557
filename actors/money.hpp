#pragma once

#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"

#include <vector>

namespace ainft {

using solana::lamports;
using solana::positive_lamports;
using solana::wallet_address;

/// A creator and the creator's share of the royalty, in percent.
struct creator_share {
  wallet_address address;
  uint8_t share = 100;
  friend bool operator==(const creator_share&, const creator_share&) = default;
};
AINFT_DESCRIBE(creator_share, (address, about("The creator's wallet.")),
               (share, between(0, 100), about("In percent. The shares of all creators sum to 100.")))
AINFT_ABOUT(creator_share, "A creator and the creator's share of the royalty.")

/// A part of a sale's price. Royalty and fee are rounded down. The first creator gets the remainder of the royalty's
/// division, and the seller gets the rest of the price. The parts sum to the price. Each receiver has one part, and no
/// part is zero.
struct payout {
  wallet_address to;
  lamports amount;
  friend bool operator==(const payout&, const payout&) = default;
};

/// Whether a sale can pay both the royalty and the platform's fee, in basis points of the price.
[[nodiscard]] constexpr bool leaves_room(uint32_t royalty_bps, uint32_t fee_bps) noexcept {
  return royalty_bps + fee_bps <= 10'000;
}

/// Splits a price. Refuses with errc::validation_failed if the royalty leaves no room for the fee (field
/// `/royaltyBps`), or as check_creators() does.
[[nodiscard]] runtime::result<std::vector<payout>> split_sale(lamports price, uint16_t royalty_bps,
                                                              const std::vector<creator_share>& creators,
                                                              uint16_t fee_bps, const wallet_address& seller,
                                                              const wallet_address& reserve);

/// Refuses with errc::validation_failed (field `/creators`) if there are more than 5 creators, if an address occurs
/// twice, or if the shares do not sum to 100.
[[nodiscard]] caf::error check_creators(const std::vector<creator_share>& creators);

} // namespace ainft
