#pragma once

#include "actors/money.hpp"
#include "net/solana/message.hpp"

namespace ainft::sponsor {

/// Size in bytes of an associated token account of Token-2022 whose mint requires no account extensions: the base
/// account, the account type, and ImmutableOwner, which the associated token program adds.
constexpr uint64_t token_account_size = 170;

/// The maximum cost of a transaction to its fee payer, without the rent of the token accounts that it creates.
struct cost {
  lamports fee;   ///< base fee of each signature, and priority fee; also due if the transaction fails on chain
  lamports moved; ///< lamports that instructions transfer out of the fee payer
  uint32_t token_accounts = 0; ///< number of accounts that the fee payer pays for
};

/// Calculates the cost of a compiled message as it will be signed. Refuses with errc::forbidden if an instruction
/// passes the fee payer to a program, or in a way, whose cost this function does not know.
[[nodiscard]] runtime::result<cost> cost_of(const solana::message& m);

/// The maximum that the transaction takes from the fee payer. `account_rent` is the rent-exempt minimum of an account
/// of token_account_size bytes. Refuses with errc::forbidden if the sum exceeds 64 bits.
[[nodiscard]] runtime::result<lamports> most_of(const cost& c, lamports account_rent);

} // namespace ainft::sponsor
