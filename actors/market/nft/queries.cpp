#include "actors/market/nft/queries.hpp"

#include "persistence/filtered_query.hpp"

namespace ainft::nft {

std::vector<summary> list(persistence::session& db, const filter& f, const http::page& page) {
  using namespace persistence;
  filtered_query query{"nfts_list", R"sql(
    select id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet, created_at
    from nfts)sql"};
  const bool of_unminted = f.state && *f.state != phase::minted;
  const auto viewer_if = [&f](bool wanted) { return wanted && !f.sees_all ? std::optional{f.viewer} : std::nullopt; };
  query.where("studio_id = $", f.studio)
    .where("owner_wallet = $", f.owner)
    .where("phase = $", f.state)
    .where("phase <> 'minted' and creator_id = $", viewer_if(of_unminted))
    .where("(phase = 'minted' or creator_id = $)", viewer_if(!f.state))
    .where("id > $", page.after_text());
  std::vector<summary> out;
  for (const auto& row : query.run(db, " order by id limit $", page.limit + 1)) {
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
