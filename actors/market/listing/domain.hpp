#pragma once

#include "actors/market/listing/events.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::listing {

/// A bidder's best bid, while neither it nor its bidder was taken off.
struct standing_bid {
  bid_id id;
  party bidder;
  positive_lamports amount;
};
AINFT_DESCRIBE(standing_bid, id, bidder, amount)

struct state {
  listing_id id;
  listing::terms terms;
  phase at = phase::awaiting_signature;
  runtime::time_point created_at;
  std::vector<standing_bid> standing; ///< the lowest first; one for each bidder, of the 64 who bid most
  uint64_t bid_count = 0;
  std::optional<runtime::time_point> payment_due;
  std::optional<settlement_begun> settling;
  std::optional<listing_sold> sold;
  std::optional<std::string> failure;
  std::optional<intervention_view> intervention;

  /// The highest bid that stands, or none.
  [[nodiscard]] const standing_bid* best() const noexcept { return standing.empty() ? nullptr : &standing.back(); }
};
AINFT_DESCRIBE(state, id, terms, at, created_at, standing, bid_count, payment_due, settling, sold, failure,
               intervention)

struct domain : entity {
  using state = listing::state;
  using commands = std::variant<create_listing, place_bid, cancel_listing, go_live, begin_settlement, settlement_confirmed,
                                settlement_failed, strike_bid, intervene>;
  using events = std::variant<listing_created, listing_live, bid_placed, auction_closed, settlement_begun, settlement_undone,
                              listing_sold, listing_cancelled, listing_failed, bid_struck, payment_missed,
                              operator_intervened>;
  static constexpr uint16_t state_version = 2;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed (naming `/nftId`) an NFT whose royalty leaves no room for the platform's fee.
runtime::result<events> decide(const state& s, const create_listing& c, const runtime::decision_context& context);
/// Refuses as may_bid does.
runtime::result<events> decide(const state& s, const place_bid& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, and with errc::wrong_state an auction where a bid stands that is not among the unbacked
/// ones, and a listing that is being settled or is over.
runtime::result<events> decide(const state& s, const cancel_listing& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const go_live& c, const runtime::decision_context& context);
/// Refuses as may_buy does. The same transaction again changes nothing.
runtime::result<events> decide(const state& s, const begin_settlement& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_confirmed& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_failed& c, const runtime::decision_context& context);
/// Takes a standing bid off; the next one leads. In an auction that has ended the next bidder wins and gets a new payment
/// window; the listing fails when no bid is left. Refuses with errc::wrong_state a bid that does not stand, and the bid that
/// is being paid.
runtime::result<events> decide(const state& s, const strike_bid& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state what is being settled or is over, and the end of a listing with a fixed price.
runtime::result<events> decide(const state& s, const intervene& c, const runtime::decision_context& context);
/// An approval that never came, an auction's end, a winner who did not pay: the next bidder wins, until none is left.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::string answer_of(const state& s, const events& decided);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// The NFT, the seller, and whom it is about: the bidder, who led before and who leads after, the winner, the buyer.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// Whether the listing holds its NFT, so that it cannot be listed elsewhere.
[[nodiscard]] bool is_open(const state& s);

/// The least that the next bid must be; nothing when no amount is left above the highest.
[[nodiscard]] std::optional<lamports> next_bid(const state& s);

/// The most that the next bid may be: `max_raise` times the highest bid, or the reserve, but never less than next_bid.
[[nodiscard]] lamports max_bid(const state& s);

/// Refuses a bid with errc::not_for_sale, errc::auction_ended, errc::own_listing, and with errc::bid_too_low or
/// errc::bid_too_high, which name `/amount`.
[[nodiscard]] caf::error may_bid(const view& v, const user_id& bidder, positive_lamports amount, runtime::time_point now);

/// The auction's end: who won, and until when to pay.
[[nodiscard]] auction_closed close_auction(const state& s, runtime::time_point now);

/// What `buyer` would pay now: the price, or the winning bid. Refuses with errc::not_for_sale (also where the royalty and
/// the fee are more than any price), errc::own_listing, errc::auction_ended (someone else won).
[[nodiscard]] runtime::result<lamports> may_buy(const view& v, const user_id& buyer);

/// Checks a request's combination of fields, and its price or reserve against the least that the platform takes, and
/// fills in what is fixed by `kind`. Refuses with errc::validation_failed.
[[nodiscard]] runtime::result<terms> terms_of(const new_listing& what, runtime::time_point now, lamports least_price);

} // namespace ainft::listing
