#pragma once

#include "actors/chain/transaction/protocol.hpp"
#include "actors/market/listing/protocol.hpp"
#include "actors/services.hpp"
#include "net/solana/message.hpp"

namespace ainft::listing {

/// The purposes of a listing's transactions.
constexpr std::string_view approve_purpose = "approve", purchase_purpose = "purchase", revoke_purpose = "revoke";

/// Lets the platform's `delegate` move one token, the listed one, out of the seller's associated token account.
[[nodiscard]] std::vector<solana::instruction> approve_instructions(const solana::public_key& mint,
                                                                    const wallet_address& seller,
                                                                    const solana::public_key& delegate);

[[nodiscard]] std::vector<solana::instruction> revoke_instructions(const solana::public_key& mint,
                                                                   const wallet_address& seller);

/// The whole sale in one transaction, so that it is atomic. The buyer pays each receiver in `parts`. The delegate
/// `platform` moves the token to the buyer's associated token account, which the buyer pays for if it does not exist.
[[nodiscard]] std::vector<solana::instruction> purchase_instructions(const view& v, const wallet_address& buyer,
                                                                     const std::vector<payout>& parts,
                                                                     const solana::public_key& platform);

/// Builds the approval of a listing for its seller to sign. The caller must keep() it: see transaction::build().
[[nodiscard]] task<transaction::built> build_approval(const services& s, const http::call& c, listing_id id,
                                                      const solana::public_key& mint, const wallet_address& seller);

/// Prepares the transaction that revokes the platform's approval.
[[nodiscard]] task<transaction::view> prepare_revocation(const services& s, const http::call& c, const view& v);

/// Responds 202 with the approval for the seller to sign. Refuses with errc::not_owner, and with errc::wrong_state if
/// the listing does not wait for an approval.
[[nodiscard]] task<http::reply> approve(const services& s, http::call& c, listing_id id);

/// Responds 202 with the purchase for the caller to sign. Refuses as may_buy() does, with errc::insufficient_funds, or
/// as transaction::build() does, for example with errc::would_fail.
[[nodiscard]] task<http::reply> buy(const services& s, http::call& c, listing_id id);

/// Responds 202 with the revocation for the seller to sign. Refuses with errc::not_owner, and with errc::wrong_state
/// unless the listing is canceled or failed.
[[nodiscard]] task<http::reply> revoke(const services& s, http::call& c, listing_id id);

} // namespace ainft::listing
