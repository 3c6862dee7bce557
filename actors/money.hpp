#pragma once

#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"

#include <vector>

namespace ainft {

using solana::lamports;
using solana::positive_lamports;
using solana::wallet_address;

/// A creator and its part of the royalty, in percent.
struct creator_share {
  wallet_address address;
  uint8_t share = 100;
  friend bool operator==(const creator_share&, const creator_share&) = default;
};
AINFT_DESCRIBE(creator_share, address, share)

/// What a sale pays out: the royalty and the fee are rounded down, what is left of the royalty's division goes to the first
/// creator, the rest to the seller. The parts sum to the price. One entry for each receiver, none of zero.
struct payout {
  wallet_address to;
  lamports amount;
  friend bool operator==(const payout&, const payout&) = default;
};

/// Whether a sale can pay both the royalty and the platform's fee, in basis points of the price.
[[nodiscard]] constexpr bool leaves_room(uint32_t royalty_bps, uint32_t fee_bps) noexcept {
  return royalty_bps + fee_bps <= 10'000;
}

/// Refuses with errc::validation_failed what cannot be paid out: `/royaltyBps` that leaves no room for the fee, or
/// `/creators` whose shares do not sum to 100.
[[nodiscard]] runtime::result<std::vector<payout>> split_sale(lamports price, uint16_t royalty_bps,
                                                              const std::vector<creator_share>& creators, uint16_t fee_bps,
                                                              const wallet_address& seller, const wallet_address& reserve);

/// Refuses with errc::validation_failed, naming `/creators`, more than 5, one twice, or shares that do not sum to 100.
[[nodiscard]] caf::error check_creators(const std::vector<creator_share>& creators);

} // namespace ainft
