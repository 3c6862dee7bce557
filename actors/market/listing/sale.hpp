#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"
#include "net/solana/message.hpp"

namespace ainft::listing {

/// Of the transactions that a listing needs.
constexpr std::string_view approve_purpose = "approve", purchase_purpose = "purchase", revoke_purpose = "revoke";

/// Lets the platform's `delegate` move exactly the one token that is listed, out of exactly the seller's associated account.
[[nodiscard]] std::vector<solana::instruction> approve_instructions(const solana::public_key& mint, const wallet_address& seller,
                                                                    const solana::public_key& delegate);

[[nodiscard]] std::vector<solana::instruction> revoke_instructions(const solana::public_key& mint, const wallet_address& seller);

/// The whole sale in one transaction, so that it cannot half-happen: the buyer's lamports to each receiver of `parts`, and the
/// token to the buyer's associated account (made if need be, at the buyer's expense) by the delegate `platform`.
[[nodiscard]] std::vector<solana::instruction> purchase_instructions(const view& v, const wallet_address& buyer,
                                                                     const std::vector<payout>& parts,
                                                                     const solana::public_key& platform);

/// The approval of a listing for its seller to sign, built and not yet kept: see transaction::build.
[[nodiscard]] task<transaction::built> build_approval(const services& s, const http::call& c, listing_id id,
                                                      const solana::public_key& mint, const wallet_address& seller);

/// The transaction that takes the platform's delegation back.
[[nodiscard]] task<transaction::view> prepare_revocation(const services& s, const http::call& c, const view& v);

/// Answers 202 with the approval for the seller to sign, for a listing that waits for one. Refuses with errc::not_owner,
/// errc::wrong_state.
[[nodiscard]] task<http::reply> approve(const services& s, http::call& c, listing_id id);

/// Answers 202 with the purchase for the caller to sign. Refuses as may_buy does, with errc::insufficient_funds, or with
/// errc::would_fail.
[[nodiscard]] task<http::reply> buy(const services& s, http::call& c, listing_id id);

/// Answers 202 with the revocation of a listing that is over.
[[nodiscard]] task<http::reply> revoke(const services& s, http::call& c, listing_id id);

} // namespace ainft::listing
