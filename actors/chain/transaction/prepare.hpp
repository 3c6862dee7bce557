#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/services.hpp"
#include "net/solana/message.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::transaction {

/// A transaction before it has a blockhash.
struct plan {
  transaction::purpose purpose;
  runtime::uuid subject; ///< the NFT or listing that it is for
  wallet_address wallet; ///< the wallet that must sign it
  lamports amount;       ///< the price of a purchase
  std::vector<solana::instruction> instructions;
  std::vector<solana::key_pair> co_signers; ///< keys of this transaction only, such as the mint's
  std::optional<studio_id> studio;          ///< the platform also charges this studio's budget
};

/// Compiles a plan with the platform as fee payer and a fresh blockhash, simulates it without signatures, and reserves
/// its maximum cost in the day's budgets. Nobody gets it to sign before keep(). Refuses with errc::would_fail if the
/// simulation fails, with errc::quota_exceeded if a budget has too little left, and with errc::unavailable while the
/// fee payer's balance is below its limit.
[[nodiscard]] task<built> build(const services& s, const http::call& c, plan p);

/// Creates the transaction entity, which waits for its wallet's signature.
[[nodiscard]] task<view> keep(const services& s, const http::call& c, built what);

/// Releases the reservation of a transaction that will not be kept.
[[nodiscard]] boost::asio::awaitable<void> drop(const services& s, transaction_id id);

/// Expires a kept transaction that no wallet will get to sign. Then its reservation is released.
[[nodiscard]] boost::asio::awaitable<void> withdraw(const services& s, transaction_id id);

/// build() and keep().
[[nodiscard]] task<view> prepare_plan(const services& s, const http::call& c, plan p);

/// Simulates a transaction without signature checks on a node that has reached the slot `min_slot`. Errors:
/// errc::transaction_expired for an old blockhash, errc::would_fail with the chain's reason.
[[nodiscard]] boost::asio::awaitable<caf::error> try_on_chain(const services& s, const solana::transaction& tx,
                                                              uint64_t min_slot = 0);

/// The part of a response for the client that must sign.
struct to_sign {
  transaction_id id;
  std::string base64;
  std::vector<wallet_address> signers;
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
};
AINFT_DESCRIBE(to_sign, id,
               (base64, about("The whole transaction (Solana's wire format, version 0). Sign it and hand it "
                              "in with `signTransaction`.")),
               (signers, about("The wallets that must sign it.")),
               (last_valid_block_height, about("The last block height at which Solana accepts it.")),
               (sign_before, about("Until when the platform takes the signature.")))
AINFT_ABOUT(to_sign, "A transaction for a wallet to sign.")

[[nodiscard]] to_sign to_sign_of(const view& v);

/// The beginning of a JSON response with a transaction to sign and the entity that it changes, up to the value of the
/// member `field`. The caller appends this value and a closing brace.
[[nodiscard]] std::string answer_before(const view& v, std::string_view field);

/// The body of a 202 response with a transaction to sign.
struct signature_needed {
  to_sign transaction;
};
AINFT_DESCRIBE(signature_needed, (transaction, about("For the caller's wallet to sign.")))
AINFT_ABOUT(signature_needed, "The response if a wallet must sign.")

} // namespace ainft::transaction
