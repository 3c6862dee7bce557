#include "actors/market/nft/queries.hpp"

#include "persistence/filtered_query.hpp"
#include "persistence/read_row.hpp"

namespace ainft::nft {

using namespace persistence;

std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f, const http::page& page) {
  filtered_query query{"nfts_list", R"sql(
    select id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase as state, mint_address,
      owner_wallet as owner, created_at
    from nfts)sql"};
  const bool of_unminted = f.state && *f.state != phase::minted;
  const auto viewer_if = [&who](bool wanted) {
    return wanted && !who.sees_all ? std::optional{who.user} : std::nullopt;
  };
  query.where("studio_id = $", f.studio)
    .where("owner_wallet = $", f.owner)
    .where("phase = $", f.state)
    .where("phase <> 'minted' and creator_id = $", viewer_if(of_unminted))
    .where("(phase = 'minted' or creator_id = $)", viewer_if(!f.state))
    .where("id > $", page.after_text());
  return read_rows<summary>(query.run(db, " order by id limit $", page.limit + 1));
}

std::optional<ainft::studio_id> studio_of(persistence::session& db, const runtime::uuid& nft) {
  static constexpr statement select{"nfts_studio", "select studio_id from nfts where id = $1"};
  const auto rows = db.run(select, parameters{nft});
  return rows.empty() ? std::nullopt : std::optional{ainft::studio_id{read_uuid(rows[0][0])}};
}

} // namespace ainft::nft
