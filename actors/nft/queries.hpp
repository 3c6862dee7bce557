#pragma once

#include "actors/nft/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"

namespace ainft::nft {

/// An NFT in a list.
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

template <class Inspector>
bool inspect(Inspector& f, summary& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("creator_id", x.creator_id),
                            f.field("asset_id", x.asset_id), f.field("name", x.name), f.field("symbol", x.symbol),
                            f.field("royalty_bps", x.royalty_bps), f.field("state", x.state),
                            f.field("mint_address", x.mint_address), f.field("owner", x.owner),
                            f.field("created_at", x.created_at));
}

struct filter {
  std::optional<ainft::studio_id> studio;
  std::optional<wallet_address> owner;
  std::optional<nft::phase> state;
  user_id viewer;          ///< sees what is minted, and what is the viewer's own
  bool sees_all = false;   ///< an operator
};

/// NFTs that the viewer may see, by id, one more than the page's limit if there are more.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page);

} // namespace ainft::nft
