#pragma once

#include "actors/list_reader.hpp"
#include "actors/market/nft/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::nft {

/// An NFT as an item of a list.
struct summary {
  nft_id id;
  ainft::studio_id studio_id;
  user_id creator_id;
  ainft::asset_id asset_id;
  nft_name name;
  symbol_text symbol;
  uint16_t royalty_bps = 0;
  nft::phase state = nft::phase::draft;
  std::optional<solana::public_key> mint_address;
  std::optional<wallet_address> owner;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(
  summary, id, (studio_id, about("The studio to which it belongs.")), (creator_id, about("The user who drafted it.")),
  (asset_id, about("The asset that it shows.")), (name, about("What people call it.")),
  (symbol, about("A short name; may be empty.")),
  (royalty_bps, between(0, whole_price), about("The creators' part of the price of each sale, in basis points.")),
  (state, about("As in the NFT itself.")), (mint_address, about("Its mint account on Solana. Absent in a draft.")),
  (owner, about("The wallet that holds it. Absent before the mint.")), (created_at, about("When it was drafted.")))
AINFT_ABOUT(summary, "An NFT in a list.")

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<wallet_address> owner;
  std::optional<nft::phase> state;
};
AINFT_DESCRIBE(filter, (studio, "studio_id", about("Only NFTs of this studio.")),
               (owner, about("Only NFTs that this wallet holds.")), (state, about("Only NFTs in this state.")))

/// The NFTs that `who` may see, by id: minted ones and their own. One more than the page's limit if more exist.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

/// The NFT's studio; none if the NFT does not exist.
[[nodiscard]] std::optional<ainft::studio_id> studio_of(persistence::session& db, const runtime::uuid& nft);

} // namespace ainft::nft
