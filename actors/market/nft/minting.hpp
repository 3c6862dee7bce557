#pragma once

#include "actors/market/nft/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::nft {

/// Of the transaction that mints an NFT.
constexpr std::string_view mint_purpose = "mint";

/// The instructions that mint `v` as one token of the new mint `mint`, paid for by `payer` and signed by its creator: a
/// Token-2022 mint that points to metadata in itself, one token in the creator's associated account, and no mint authority
/// afterwards. `rent` is the balance of a mint with that metadata that owes no rent.
[[nodiscard]] std::vector<solana::instruction> mint_instructions(const view& v, const wallet_address& creator,
                                                                 const solana::public_key& mint, const solana::public_key& payer,
                                                                 std::string_view uri, lamports rent);

/// Where wallets and marketplaces read the off-chain metadata.
[[nodiscard]] std::string metadata_uri(const nft_id& id, std::string_view public_url);

/// Answers 202 with the transaction that mints the NFT, for its creator's wallet to sign. One that was given out and can still be
/// signed is given again. Refuses with errc::not_found (also another's draft), errc::not_owner, errc::wrong_state (minted, or a mint is under way).
[[nodiscard]] task<http::reply> mint(const services& s, http::call& c, nft_id id);

} // namespace ainft::nft
