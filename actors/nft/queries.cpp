#include "actors/nft/queries.hpp"

namespace ainft::nft {

std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page) {
  static constexpr persistence::statement select{"nfts_list", R"sql(
    select id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet, created_at
    from nfts
    where ($1::uuid is null or studio_id = $1) and ($2::text is null or owner_wallet = $2)
      and ($3::text is null or phase = $3) and ($4::uuid is null or id > $4)
      and (phase = 'minted' or creator_id = $6 or $7::boolean)
    order by id limit $5)sql"};
  using namespace persistence;
  std::vector<summary> out;
  for (const auto& row : db.run(select, parameters{f.studio, f.owner, f.state, page.after_text(), page.limit + 1, f.viewer, f.sees_all})) {
    auto& x = out.emplace_back();
    x.id = nft_id{read_uuid(row[0])};
    x.studio_id = ainft::studio_id{read_uuid(row[1])};
    x.creator_id = user_id{read_uuid(row[2])};
    x.asset_id = ainft::asset_id{read_uuid(row[3])};
    x.name = read_value<nft_name>(row[4]);
    x.symbol = read_value<symbol_text>(row[5]);
    x.royalty_bps = row[6].as<uint16_t>();
    x.state = read_value<phase>(row[7]);
    x.mint_address = read_optional<solana::public_key>(row[8]);
    x.owner = read_optional<wallet_address>(row[9]);
    x.created_at = read_time(row[10]);
  }
  return out;
}

} // namespace ainft::nft
