#pragma once

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
AINFT_DESCRIBE(summary, id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, state, mint_address, owner,
               created_at)

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<wallet_address> owner;
  std::optional<nft::phase> state;
  user_id viewer;        ///< sees minted NFTs and the viewer's own
  bool sees_all = false; ///< the viewer is an operator
};

/// The NFTs that the viewer may see, by id. One more than the page's limit if more exist.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page);

} // namespace ainft::nft
