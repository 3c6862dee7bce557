#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/services.hpp"
#include "net/solana/message.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::transaction {

/// What a transaction is to do, before it has a blockhash.
struct plan {
  transaction::purpose purpose;
  runtime::uuid subject; ///< the NFT or listing that it is for
  wallet_address wallet; ///< who is to sign it
  lamports amount;       ///< what a purchase pays
  std::vector<solana::instruction> instructions;
  std::vector<solana::key_pair> co_signers; ///< keys made for this transaction alone, such as a mint's
  std::optional<studio_id> studio; ///< on whose behalf the platform pays, besides the caller's
};

/// Compiles a plan with the platform as fee payer and a fresh blockhash, tries it on chain without signatures, and
/// reserves what it can cost in the day's budgets. Nobody can sign it before it is kept. Refuses with errc::would_fail
/// what the chain would refuse, errc::quota_exceeded over a budget, errc::unavailable while the fee payer is nearly
/// empty.
[[nodiscard]] task<built> build(const services& s, const http::call& c, plan p);

/// Keeps it as a transaction entity that awaits its wallet's signature.
[[nodiscard]] task<view> keep(const services& s, const http::call& c, built what);

/// It will not be kept: releases what was reserved for it.
[[nodiscard]] boost::asio::awaitable<void> drop(const services& s, transaction_id id);

/// It was kept, but nobody gets it to sign: it ends, and what was reserved for it is released.
[[nodiscard]] boost::asio::awaitable<void> withdraw(const services& s, transaction_id id);

/// Builds and keeps.
[[nodiscard]] task<view> prepare_plan(const services& s, const http::call& c, plan p);

/// Tries a transaction without its signatures on a node that has reached `min_slot`: errc::transaction_expired for an
/// old blockhash, errc::would_fail with the chain's reason.
[[nodiscard]] boost::asio::awaitable<caf::error> try_on_chain(const services& s, const solana::transaction& tx,
                                                              uint64_t min_slot = 0);

/// The answer's part for a client that must sign.
struct to_sign {
  transaction_id id;
  std::string base64;
  std::vector<wallet_address> signers;
  uint64_t last_valid_block_height = 0;
  runtime::time_point sign_before;
};
AINFT_DESCRIBE(to_sign, id, base64, signers, last_valid_block_height, sign_before)

[[nodiscard]] to_sign to_sign_of(const view& v);

/// The text of an answer that has a transaction to sign and, as `field`, what it changes: up to where that stands. A brace
/// follows it.
[[nodiscard]] std::string answer_before(const view& v, std::string_view field);

/// A 202 that holds what is to be signed.
struct signature_needed {
  to_sign transaction;
};
AINFT_DESCRIBE(signature_needed, transaction)

} // namespace ainft::transaction
