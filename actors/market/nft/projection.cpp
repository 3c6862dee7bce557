#include "actors/market/nft/domain.hpp"

namespace ainft::nft {

void project(const state& s, const domain::events&, const runtime::decision_context& c, runtime::row_writes& rows) {
  static constexpr runtime::write_statement upsert{"nfts_upsert", R"sql(
    insert into nfts (id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet,
                      signature, version, created_at)
    select id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet,
      signature, version,
           created_at
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::integer[], $8::text[],
                $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::bigint[])
      as n (id, studio_id, creator_id, asset_id, name, symbol, royalty_bps, phase, mint_address, owner_wallet,
        signature, created_at, version)
    on conflict (id) do update set phase = excluded.phase, mint_address = excluded.mint_address,
      owner_wallet = excluded.owner_wallet, signature = excluded.signature, version = excluded.version)sql",
                                                   13};
  const auto& v = s.shown;
  rows.upsert(upsert, v.id.get(), v.id, v.studio_id, v.creator_id, v.asset_id, v.name, v.symbol, v.royalty_bps, v.state,
              v.mint_address, v.owner, v.signature, v.created_at, c.version);
}

} // namespace ainft::nft
