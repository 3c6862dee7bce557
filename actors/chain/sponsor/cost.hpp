#pragma once

#include "actors/money.hpp"
#include "net/solana/message.hpp"

namespace ainft::sponsor {

/// Bytes of a Token-2022 associated account of a mint without account extensions of its own: the base account, its
/// type, and the extension ImmutableOwner that the associated-token program adds.
constexpr uint64_t token_account_size = 170;

/// What a transaction costs its fee payer at most, apart from the rent of the token accounts that it pays for.
struct cost {
  lamports fee;   ///< the base fee of each signature and the priority fee: what it costs when it fails on chain
  lamports moved; ///< out of the fee payer by instructions
  uint32_t token_accounts = 0; ///< made at the fee payer's expense
};

/// Reads the cost out of a compiled message, as it will be signed. Refuses with errc::forbidden whatever the fee payer
/// could lose lamports by in a way that is not known here: another program or instruction that is given the fee payer's
/// signature.
[[nodiscard]] runtime::result<cost> cost_of(const solana::message& m);

/// The most that the transaction takes from the fee payer; `account_rent` is what a token account of token_account_size
/// must hold. Refuses with errc::forbidden what goes beyond 64 bits.
[[nodiscard]] runtime::result<lamports> most_of(const cost& c, lamports account_rent);

} // namespace ainft::sponsor
