#pragma once

#include "actors/studios/asset/protocol.hpp"
#include "persistence/session.hpp"

namespace ainft::asset {

/// Whether everybody may read an NFT's metadata and picture. `minted`: the NFT is minted. `landing`: the signed mint
/// was submitted; explorers may see the token on chain before the platform does. If the mint fails, it is `none` again.
enum class publicity : uint8_t { none, landing, minted };

[[nodiscard]] publicity publicity_of(persistence::session& db, const nft_id& id);

/// The most public of the NFTs of this asset.
[[nodiscard]] publicity publicity_of(persistence::session& db, const asset_id& id);

/// Content, and who may read it. Equal bytes are one file, whoever stored them. They are public as soon as one NFT of
/// them is public.
struct content_access {
  media_type type = media_type::png;
  publicity open_to_all = publicity::none;
  bool own = false; ///< the reader has stored it, too
};

/// Nothing where nobody has stored such content.
[[nodiscard]] std::optional<content_access> access_to(persistence::session& db, const content_hash& sha256,
                                                      const user_id& reader);

} // namespace ainft::asset
