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
AINFT_DESCRIBE(summary, id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, state, mint_address, owner,
               created_at)

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<wallet_address> owner;
  std::optional<nft::phase> state;
};
AINFT_DESCRIBE(filter, (studio, "studio_id"), owner, state)

/// The NFTs that `who` may see, by id: minted ones and their own. One more than the page's limit if more exist.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

} // namespace ainft::nft
