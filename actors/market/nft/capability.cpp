#include "actors/kind_of.hpp"
#include "actors/market/nft/domain.hpp"
#include "actors/market/nft/flows.hpp"
#include "actors/market/nft/queries.hpp"
#include "actors/market/nft/routes.hpp"
#include "actors/market/nft/snapshot.hpp"
#include "actors/reader.hpp"

namespace ainft::nft {

namespace {

task<runtime::answer> snapshot(const services& s, runtime::uuid topic, runtime::principal who) {
  return show(s, topic, reader_of(s, who));
}

} // namespace

capability make_capability() {
  capability out{"nft"};
  out.kinds = {kind_of<domain, nft_id>(visible_events::all, {{"feed", {"nft_minted"}}},
                                       {{"studio", "the studio to which it belongs"}, {"user", "the creator"}})};
  out.routes = add_routes;
  out.flows = {mint_flow()};
  out.tools = {{.name = "draft_nft"}};
  out.triggers = {{"nft", "nft_minted", studio_of}};
  out.rooms = {
    {.name = "nft",
     .about =
       "The events of an NFT and of its listings. Open to everybody after the mint; before, only to its creator and "
       "to operators.",
     .id_prefix = nft_id::prefix,
     .snapshot = snapshot,
     .is_entity = true,
     .resumes_at_version = true}};
  return out;
}

} // namespace ainft::nft
