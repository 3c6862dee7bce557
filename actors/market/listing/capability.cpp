#include "actors/kind_of.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/listing/flows.hpp"
#include "actors/market/listing/queries.hpp"
#include "actors/market/listing/routes.hpp"
#include "actors/market/listing/settings.hpp"
#include "actors/replies.hpp"
#include "config/options.hpp"
#include "runtime/try.hpp"

namespace ainft::listing {

namespace {

constexpr size_t market_length = 100; ///< listings

/// The first page of live listings, by id, each with its version.
task<runtime::answer> market_snapshot(const services& s, runtime::uuid, runtime::principal) {
  http::page page;
  page.limit = market_length;
  const filter live{phase::live, std::nullopt, std::nullopt, std::nullopt};
  auto q = [page, live](persistence::session& db) { return list(db, {}, live, page); };
  AINFT_CO_TRY(found, co_await net::query(s.db, std::move(q)));
  runtime::answer out{0, page_reply(std::move(found), page).body};
  co_return out;
}

agent_tool::price price_of_bid(const services&, const agent_tool::arguments& given) {
  const auto bid = runtime::from_json<new_bid>(given.body);
  const auto on = listing_id::parse(given.parameters.at("id").get<std::string>());
  return bid && on ? agent_tool::price{0, lamports{bid->amount.get()}, *on} : agent_tool::price{};
}

} // namespace

capability make_capability() {
  capability out{"listing"};
  const broadcast market{"market",
                         {"listing_live", "bid_placed", "auction_closed", "settlement_begun", "settlement_undone",
                          "listing_sold", "listing_cancelled", "listing_failed", "bid_struck", "payment_missed",
                          "operator_intervened"}};
  out.kinds = {kind_of<domain, listing_id>(
    visible_events::all, {market, {"feed", {"listing_live", "listing_sold"}}},
    {{"nft", "the NFT that it offers"},
     {"user", "the seller; of a bid, also the bidder and who led before; at the end, the winner or buyer"}})};
  out.routes = add_routes;
  out.flows = sale_flows();
  out.tools = {{.name = "list_nft", .needs_approval = true},
               {.name = "place_bid", .needs_approval = true, .price_of = price_of_bid}};
  out.triggers = {{"listing", "listing_live", studio_of}, {"listing", "listing_sold", studio_of}};
  out.settings = {config::section_of<settings>("market", "listings and auctions")};
  out.rooms = {{.name = "listing",
                .about = "The events of a listing, and how many people watch it. Open to everybody.",
                .id_prefix = listing_id::prefix,
                .snapshot = entity_snapshot<domain>,
                .is_entity = true,
                .resumes_at_version = true,
                .counts_viewers = true},
               {.name = "market",
                .about =
                  "The events of all listings, from the moment when they are live. The snapshot is the first 100 live "
                  "listings, each with its version.",
                .snapshot = market_snapshot}};
  return out;
}

} // namespace ainft::listing
