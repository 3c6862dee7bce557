// Operators end and cancel listings, and strike bids. Each action has a public reason.
#include "actors/admin/operations/routes.hpp"

#include "actors/market/listing/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft::operations {

namespace {

using http::call;
using http::reply;

struct public_reason {
  listing::reason_text reason;
};
AINFT_DESCRIBE(public_reason, (reason, about("For everybody to read. Write no personal data in it.")))
AINFT_ABOUT(public_reason, "Why an operator acts.")

template <class Command>
task<reply> give(const services& s, listing_id id, Command what) {
  AINFT_CO_TRY(done, co_await platform_command<listing::entity>(s, id.get(), std::move(what)));
  co_return http::entity_reply(std::move(done));
}

task<reply> intervene(const services& s, call& c, listing::intervention action, public_reason why) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  listing::intervene what{action, std::move(why.reason)};
  co_return co_await give(s, id, std::move(what));
}

task<reply> strike(const services& s, call& c, public_reason why) {
  auto id = http::path_id<listing_id>(c);
  auto bid = http::path_id<bid_id>(c, 1);
  if (auto bad = http::errors_of(id, bid))
    co_return bad;
  listing::strike_bid what{*bid, std::move(why.reason)};
  co_return co_await give(s, *id, std::move(what));
}

} // namespace

void add_market_routes(http::route_table& routes, const node_service& service) {
  const auto& s = service.all();
  const auto add = [&](std::string path, std::string_view needs, std::string summary, auto f) -> http::route& {
    http::route& r =
      changes_with<public_reason>(routes, service, std::move(path), needs, std::move(summary), std::move(f));
    return r.takes<listing_id>("The listing.")
      .refuses({runtime::errc::wrong_state})
      .versioned()
      .answers<listing::view>();
  };
  add("/v1/admin/listings/{id}/end", "listings.end", "End an auction now",
      [&s](call& c, public_reason why) { return intervene(s, c, listing::intervention::end, std::move(why)); })
    .named("endAuction")
    .describe("The highest standing bid wins. The reason is public.")
    .sample(R"({"reason": "the end time was a mistake"})");
  add("/v1/admin/listings/{id}/cancel", "listings.cancel_any", "Cancel a listing of any seller",
      [&s](call& c, public_reason why) { return intervene(s, c, listing::intervention::cancel, std::move(why)); })
    .named("cancelAnyListing")
    .describe("Unless a purchase is in progress. The reason is public.")
    .sample(R"({"reason": "the picture is stolen"})");
  add("/v1/admin/listings/{id}/bids/{bid}/strike", "bids.strike", "Strike a standing bid",
      [&s](call& c, public_reason why) { return strike(s, c, std::move(why)); })
    .named("strikeBid")
    .takes<bid_id>("The bid.")
    .describe("The next bid leads, or wins if the auction has ended. The reason is public.")
    .sample(R"({"reason": "its bidder is suspended"})");
}

} // namespace ainft::operations
