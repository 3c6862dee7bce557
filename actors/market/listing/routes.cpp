#include "actors/market/listing/routes.hpp"

#include "actors/chain/transaction/api.hpp"
#include "actors/list_route.hpp"
#include "actors/market/listing/backing.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/listing/event_stream.hpp"
#include "actors/market/listing/queries.hpp"
#include "actors/market/listing/sale.hpp"
#include "actors/market/listing/settings.hpp"
#include "actors/market/nft/protocol.hpp"
#include "actors/ownership.hpp"
#include "config/durations.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/try.hpp"

namespace ainft {

using namespace listing;
using boost::asio::awaitable;
using http::call;
using http::open_to_all;
using http::reply;
using http::user_right;
using http::verb;
using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;

namespace {

/// The response when a wallet must sign and a listing changes.
struct listing_and_transaction {
  transaction::to_sign transaction;
  listing::view listing;
};
AINFT_DESCRIBE(listing_and_transaction, (transaction, about("For the seller's wallet to sign.")),
               (listing, about("The listing as it is now.")))
AINFT_ABOUT(listing_and_transaction, "The response if a wallet must sign and a listing changes.")

/// The minted NFT that the caller wants to sell. The caller's wallet must hold it.
task<nft::view> own_nft(const services& s, const call& c, const nft_id& id) {
  auto found = co_await read<nft::entity>(s, id.get(), c.who);
  const bool of_another_studio =
    found && found->state != nft::phase::minted && c.agent && c.agent->studio != found->studio_id.get();
  if (of_another_studio || (!found && runtime::explain(found.error()).code == errc::not_found))
    co_return refuse_field("/nftId", "must be the id of an NFT that exists");
  if (!found)
    co_return std::move(found.error());
  if (found->state != nft::phase::minted)
    co_return caf::make_error(errc::wrong_state, "this NFT has not been minted yet",
                              std::vector<runtime::field_error>{{"/nftId", "must be a minted NFT"}});
  if (found->owner->str() != c.who.wallet)
    co_return caf::make_error(
      errc::not_owner, "this NFT is in another wallet",
      std::vector<runtime::field_error>{{"/nftId", "must be an NFT that the caller's wallet holds"}});
  if (auto bad = refuse_other_studio(c, found->studio_id, "/nftId"))
    co_return bad;
  co_return found;
}

/// Creates the listing, or finds the one that an earlier attempt of the same request created. The caller keeps the
/// approval afterwards. If the approval is lost between the two steps, a client gets a new one by POST …/approve, or by
/// a retry with the same Idempotency-Key.
task<runtime::answer> make_listing(const services& s, const call& c, create_listing create) {
  const auto id = create.id.get();
  auto context = c.context();
  context.of_new_id = !c.idempotency && !c.agent;
  auto made = co_await command<listing::domain>(s, id, std::move(context), std::move(create));
  if (!made)
    co_return made;
  const auto now = value_of<listing::domain>(*made);
  if (now && now->state != listing::phase::awaiting_signature)
    co_return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(now->state)});
  co_return made;
}

/// Names the open listing that stands in the way of another one of the same NFT. Returns other errors as they are.
awaitable<caf::error> explain_conflict(const services& s, nft_id nft, caf::error why) {
  if (runtime::explain(why).code != errc::conflict)
    co_return why;
  auto q = [nft](persistence::session& db) { return open_listing_of(db, nft); };
  const auto open = co_await net::query(s.db, std::move(q));
  if (!open || !*open)
    co_return why;
  co_return caf::make_error(errc::conflict, "this NFT is already offered in " + (*open)->str(),
                            std::vector<runtime::field_error>{{"/nftId", "must be an NFT without an open listing"}});
}

task<reply> create_listing_route(const services& s, call& c, new_listing body) {
  const auto& settings = s.settings.of<listing::settings>();
  auto t = terms_of(body, s.host.time().now(), lamports{settings.least_price});
  if (!t)
    co_return std::move(t.error());
  AINFT_CO_TRY(token, co_await own_nft(s, c, body.nft));
  t->mint = *token.mint_address;
  t->seller = {user_id{c.who.user}, *token.owner};
  t->royalty_bps = token.royalty_bps;
  t->creators = token.creators;
  t->fee_bps = s.platform.fee_bps;
  t->max_raise = settings.max_raise;
  t->payment_window = static_cast<uint32_t>(in_s(settings.payment_window).count());
  t->approval_window = static_cast<uint32_t>(in_s(settings.approval_window).count());
  const listing_id id{c.new_id()};
  AINFT_CO_TRY(approval, co_await build_approval(s, c, id, t->mint, t->seller.wallet));
  create_listing create{id, std::move(*t)};
  auto made = co_await make_listing(s, c, std::move(create));
  if (!made) {
    co_await transaction::drop(s, approval.id);
    co_return co_await explain_conflict(s, body.nft, std::move(made.error()));
  }
  AINFT_CO_TRY(tx, co_await transaction::keep(s, c, std::move(approval)));
  auto out = http::entity_reply(std::move(*made), 202);
  out.body = transaction::answer_before(tx, "listing") + out.body + "}";
  co_return out;
}

task<reply> place_bid_route(const services& s, call& c, new_bid body) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  if (auto bad = co_await check_backing(s, c, id, body.amount))
    co_return bad;
  auto context = c.final_context(201);
  place_bid bid{bid_id{c.new_id()}, body.amount};
  AINFT_CO_TRY(placed, co_await command<listing::domain>(s, id.get(), std::move(context), bid));
  co_return http::entity_reply(std::move(placed), 201);
}

task<reply> list_listing_bids(const services& s, call& c) {
  auto id = http::path_id<listing_id>(c);
  auto page = http::read_page(c);
  if (auto bad = http::errors_of(id, page))
    co_return bad;
  if (auto known = co_await ainft::view<listing::domain>(s, id->get(), c.who); !known)
    co_return std::move(known.error());
  auto q = [id = *id, p = *page](persistence::session& db) { return list_bids(db, id, p); };
  co_return co_await page_of(s, *page, std::move(q));
}

task<reply> buy_listing(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  co_return co_await listing::buy(s, c, id);
}

task<reply> approve_listing(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  co_return co_await listing::approve(s, c, id);
}

/// Cancels the listing at once. If the platform had the seller's approval, the response contains the transaction that
/// revokes it.
task<reply> cancel(const services& s, call& c) {
  AINFT_CO_TRY(id, http::path_id<listing_id>(c));
  AINFT_CO_TRY(before, co_await read<listing::domain>(s, id.get()));
  cancel_listing off;
  if (before.leader && before.seller.user.get() == c.who.user) {
    AINFT_CO_TRY(unbacked, co_await unbacked_bids(s, id));
    off.unbacked = std::move(unbacked);
  }
  AINFT_CO_TRY(cancelled, co_await command<listing::domain>(s, id.get(), c.context(), off));
  auto out = http::entity_reply(std::move(cancelled));
  if (before.state != listing::phase::live && before.state != listing::phase::ended)
    co_return out;
  auto tx = co_await prepare_revocation(s, c, before);
  if (!tx) // the listing is canceled anyway; the approval then stays on chain, and the platform does not use it
    co_return out;
  out.status = 202;
  out.body = transaction::answer_before(*tx, "listing") + out.body + "}";
  co_return out;
}

} // namespace

void listing::add_routes(http::route_table& routes, const services& s) {
  constexpr auto tag = "Listings", id = "The listing.";
  routes.describe_tag(tag, "NFTs for sale, at a fixed price or in an auction, and their bids.");
  auto& post =
    routes
      .json<new_listing>(verb::post, "/v1/listings", tag, "List an NFT at a fixed price or in an auction",
                         user_right("listings.create"),
                         [&s](call& c, new_listing body) { return create_listing_route(s, c, body); })
      .named("createListing")
      .describe("Returns a transaction that lets the platform move the NFT to a buyer. The listing is live when "
                "the seller's wallet has signed it (`POST /v1/transactions/{id}/signature`) and it is on "
                "chain.")
      .sample(R"({"nftId": "nft_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "fixed", "price": "2500000000"})", "fixed")
      .sample(R"({"nftId": "nft_01m8abgc8ce6kvxkezy3xf2mrx", "kind": "auction", "reserve": "1000000000",
                  "minIncrement": "50000000", "endsAt": "2030-01-31T12:00:00Z"})",
              "auction")
      .refuses({errc::wrong_state, errc::not_owner, errc::conflict, errc::insufficient_funds, errc::quota_exceeded,
                errc::solana_failed, errc::would_fail, errc::transaction_expired})
      .versioned()
      .answers<listing_and_transaction>(202);
  post.tool = "list_nft";
  routes
    .get("/v1/listings/{id}", tag, "Get a listing", open_to_all,
         [&s](call& c) { return show<listing::domain, listing_id>(s, c); })
    .named("getListing")
    .describe("For everybody, in every state. `placeBid` needs at least `nextBid`. The room `listing:{id}` and "
              "`streamListingEvents` have the changes.")
    .takes<listing_id>(id)
    .versioned()
    .answers<listing::view>();
  list_route(routes, s, "/v1/listings", tag, "List listings, oldest first", open_to_all, listing::list)
    .named("listListings")
    .describe("In pages, in every state: `state=live` selects those that are for sale. The other parameters can be "
              "combined with it.");
  auto& bid =
    routes
      .json<new_bid>(verb::post, "/v1/listings/{id}/bids", tag, "Place a bid in an auction", user_right("bids.place"),
                     [&s](call& c, new_bid body) { return place_bid_route(s, c, body); })
      .named("placeBid")
      .takes<listing_id>(id)
      .describe("A bid is binding. The platform checks that the bidder's wallet holds the amount, but does not "
                "move it. The winner pays with `buyListing`.")
      .sample(R"({"amount": "1000000"})")
      .refuses({errc::bid_too_low, errc::bid_too_high, errc::auction_ended, errc::not_for_sale, errc::own_listing,
                errc::insufficient_funds, errc::solana_failed})
      .versioned()
      .answers<bid_view>(201);
  bid.rate = http::rate_class::bid;
  bid.tool = "place_bid";
  routes
    .get("/v1/listings/{id}/bids", tag, "List a listing's bids, highest first", open_to_all,
         [&s](call& c) { return list_listing_bids(s, c); })
    .named("listBids")
    .describe("In pages. A struck bid stays in the list, with its reason.")
    .takes<listing_id>(id)
    .answers_pages<bid_row>();
  routes
    .post("/v1/listings/{id}/buy", tag, "Buy at the fixed price, or pay for a won auction", user_right("listings.buy"),
          [&s](call& c) { return buy_listing(s, c); })
    .named("buyListing")
    .takes<listing_id>(id)
    .describe(
      "Returns the purchase for the buyer's wallet to sign. It moves the price and the NFT in one transaction. The "
      "listing is reserved when the signature is handed in, not before.")
    .refuses({errc::not_for_sale, errc::own_listing, errc::auction_ended, errc::wrong_state, errc::insufficient_funds,
              errc::quota_exceeded, errc::solana_failed, errc::would_fail, errc::transaction_expired})
    .answers<transaction::signature_needed>(202);
  routes
    .post("/v1/listings/{id}/approve", tag, "Rebuild the approval that a listing waits for",
          user_right("listings.approve"), [&s](call& c) { return approve_listing(s, c); })
    .named("approveListing")
    .takes<listing_id>(id)
    .describe("For a seller whose approval was lost or has expired before it was signed.")
    .refuses({errc::not_owner, errc::wrong_state, errc::quota_exceeded, errc::solana_failed, errc::would_fail,
              errc::transaction_expired})
    .answers<transaction::signature_needed>(202);
  auto& off =
    routes
      .post("/v1/listings/{id}/cancel", tag, "Cancel a listing", user_right("listings.cancel"),
            [&s](call& c) { return cancel(s, c); })
      .named("cancelListing")
      .takes<listing_id>(id)
      .describe("The listing is cancelled at once. If the seller had signed the approval, the response is a 202 "
                "with a transaction that revokes it.")
      .refuses({errc::not_owner, errc::wrong_state})
      .versioned()
      .answers<listing::view>();
  off.answers_also<listing_and_transaction>(202);
  routes
    .get("/v1/listings/{id}/events", tag, "Follow a listing's events, as server-sent events", open_to_all,
         [&s](call& c) { return stream_events(s, c); })
    .named("streamListingEvents")
    .describe(
      "Without `Last-Event-ID`, the stream begins with the event `snapshot`, whose data is the listing. The other "
      "events have the type as their name (`bid_placed`) and the object that sockets get as their data. "
      "`Last-Event-ID: 0` returns all events.")
    .takes<listing_id>(id)
    .header<std::string>("Last-Event-ID",
                         "The id of the last event that the client has got; the stream goes on after it.")
    .answers_type("text/event-stream");
}

} // namespace ainft
