#pragma once

#include "actors/market/nft/protocol.hpp"
#include "actors/services.hpp"

namespace ainft::nft {

/// The purpose of the transaction that mints an NFT.
constexpr std::string_view mint_purpose = "mint";

/// The instructions that mint `v` as one token of the new mint `mint`. `payer` pays, and the creator signs. They create
/// a Token-2022 mint whose metadata pointer points to itself, put one token in the creator's associated token account,
/// and remove the mint authority. `rent` is the rent-exempt minimum of the mint with its metadata.
[[nodiscard]] std::vector<solana::instruction> mint_instructions(const view& v, const wallet_address& creator,
                                                                 const solana::public_key& mint,
                                                                 const solana::public_key& payer, std::string_view uri,
                                                                 lamports rent);

/// The URI of the off-chain metadata, which wallets and marketplaces read.
[[nodiscard]] std::string metadata_uri(const nft_id& id, std::string_view public_url);

/// Responds 202 with the transaction that mints the NFT, for its creator's wallet to sign. Returns an earlier
/// transaction again while it waits for its signature. Refuses with errc::not_found (also for another user's draft),
/// errc::not_owner, or errc::wrong_state (the NFT is minted, or its mint is submitted).
[[nodiscard]] task<http::reply> mint(const services& s, http::call& c, nft_id id);

} // namespace ainft::nft
