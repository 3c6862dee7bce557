// Operators end and cancel listings, and strike bids. Each action has a public reason.
#include "actors/admin/operations/routes.hpp"

#include "actors/market/listing/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft::operations {

namespace {

using http::call;
using http::reply;

struct with_reason {
  listing::reason_text reason;
};
AINFT_DESCRIBE(with_reason, reason)

template <class Command>
task<reply> give(const services& s, listing_id id, Command what) {
  AINFT_CO_TRY(done, co_await platform_command<listing::entity>(s, id.get(), std::move(what)));
  co_return http::entity_reply(std::move(done));
}

task<reply> intervene(const services& s, call& c, listing::intervention action, with_reason why) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  listing::intervene what{action, std::move(why.reason)};
  co_return co_await give(s, id, std::move(what));
}

task<reply> strike(const services& s, call& c, with_reason why) {
  auto id = http::path_id<listing_id>(c);
  auto bid = http::path_id<bid_id>(c, 1);
  if (auto bad = http::first_error(id, bid))
    co_return bad;
  listing::strike_bid what{*bid, std::move(why.reason)};
  co_return co_await give(s, *id, std::move(what));
}

} // namespace

void add_market_routes(http::route_table& routes, const node_service& service) {
  const auto& s = service.all();
  const auto add = [&](std::string path, std::string_view needs, std::string summary, auto f) {
    auto& r = routes.json<with_reason>(http::verb::post, std::move(path), "Operators", std::move(summary),
                                       http::operator_right(needs), std::move(f));
    routes.answers<listing::view>(r);
    r.function = service.audited(std::move(r.function));
  };
  add("/v1/admin/listings/{id}/end", "listings.end",
      "End an auction now: the highest standing bid wins; the reason is public",
      [&s](call& c, with_reason why) { return intervene(s, c, listing::intervention::end, std::move(why)); });
  add("/v1/admin/listings/{id}/cancel", "listings.cancel_any", "Cancel a listing of any seller; the reason is public",
      [&s](call& c, with_reason why) { return intervene(s, c, listing::intervention::cancel, std::move(why)); });
  add("/v1/admin/listings/{id}/bids/{bid}/strike", "bids.strike",
      "Strike a standing bid, so that the next bid leads; the reason is public",
      [&s](call& c, with_reason why) { return strike(s, c, std::move(why)); });
}

} // namespace ainft::operations
