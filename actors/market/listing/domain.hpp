#pragma once

#include "actors/market/listing/events.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::listing {

/// A bidder's highest bid. It stands until an operator strikes it or its bidder does not pay in time.
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
  std::vector<standing_bid> standing; ///< lowest first; one per bidder, for the 64 highest bidders
  uint64_t bid_count = 0;
  std::optional<runtime::time_point> payment_due;
  std::optional<settlement_begun> settling;
  std::optional<listing_sold> sold;
  std::optional<std::string> failure;
  std::optional<intervention_view> intervention;

  /// The highest standing bid, or null.
  [[nodiscard]] const standing_bid* best() const noexcept { return standing.empty() ? nullptr : &standing.back(); }
};
AINFT_DESCRIBE(state, id, terms, at, created_at, standing, bid_count, payment_due, settling, sold, failure,
               intervention)

struct domain : entity {
  using state = listing::state;
  using commands = std::variant<create_listing, place_bid, cancel_listing, go_live, begin_settlement,
                                settlement_confirmed, settlement_failed, strike_bid, intervene>;
  using events =
    std::variant<listing_created, listing_live, bid_placed, auction_closed, settlement_begun, settlement_undone,
                 listing_sold, listing_cancelled, listing_failed, bid_struck, payment_missed, operator_intervened>;
  static constexpr uint16_t state_version = 2;
};

using events = std::vector<domain::events>;

/// Refuses with errc::validation_failed (field `/nftId`) if the NFT's royalty leaves no room for the platform's fee.
runtime::result<events> decide(const state& s, const create_listing& c, const runtime::decision_context& context);
/// Refuses as may_bid() does.
runtime::result<events> decide(const state& s, const place_bid& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner if the caller is not the seller. Refuses with errc::wrong_state if a bid stands that is
/// not in `unbacked`, or if the listing is settling or over. A canceled listing stays canceled without an error.
runtime::result<events> decide(const state& s, const cancel_listing& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const go_live& c, const runtime::decision_context& context);
/// Refuses as may_buy() does, and with errc::conflict for another amount. The same transaction again changes nothing.
runtime::result<events> decide(const state& s, const begin_settlement& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_confirmed& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_failed& c, const runtime::decision_context& context);
/// Removes a standing bid; the next highest one leads. If the auction has ended and the winner's bid is struck, the
/// next bidder wins and gets a new payment window. The listing fails when no bid is left. Refuses with
/// errc::wrong_state if the bid does not stand, if the winner is paying it now, or if the listing is not live, ended or
/// settling.
runtime::result<events> decide(const state& s, const strike_bid& c, const runtime::decision_context& context);
/// Refuses with errc::wrong_state if the listing is settling or over, if it is to end but has a fixed price, or if it
/// is to end but is not live. An action that is already done changes nothing.
runtime::result<events> decide(const state& s, const intervene& c, const runtime::decision_context& context);
/// Handles the deadline: the seller did not sign the approval, the auction ends, or the winner did not pay. In the last
/// case, the next highest bidder wins, until no bid is left.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::string answer_of(const state& s, const events& decided);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The NFT, the seller, and the users that the event concerns: for example the bidder, the leader that a bid replaces
/// or that a struck bid leaves, the winner, the buyer.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// Whether the listing reserves its NFT, so that nobody can list it again.
[[nodiscard]] bool is_open(const state& s);

/// The lowest valid amount of the next bid. Empty if no higher amount fits in 64 bits.
[[nodiscard]] std::optional<lamports> next_bid(const state& s);

/// The highest valid amount of the next bid: `max_raise` times the highest bid (or the reserve, for the first bid), but
/// at least next_bid().
[[nodiscard]] lamports max_bid(const state& s);

/// Refuses a bid with errc::not_for_sale, errc::auction_ended, errc::own_listing, errc::bid_too_low or
/// errc::bid_too_high. The last two name the field `/amount`.
[[nodiscard]] caf::error may_bid(const view& v, const user_id& bidder, positive_lamports amount,
                                 runtime::time_point now);

/// The event for the auction's end, with the winner and the time until which the winner must pay.
[[nodiscard]] auction_closed close_auction(const state& s, runtime::time_point now);

/// The amount that `buyer` must pay now: the price, or the winning bid. Refuses with errc::not_for_sale (also if
/// royalty and fee together exceed 100%), errc::own_listing, or errc::auction_ended (someone else won).
[[nodiscard]] runtime::result<lamports> may_buy(const view& v, const user_id& buyer);

/// Checks which fields are present, and the price or reserve against `least_price`. Sets the terms that the request
/// determines. Refuses with errc::validation_failed.
[[nodiscard]] runtime::result<terms> terms_of(const new_listing& what, runtime::time_point now, lamports least_price);

} // namespace ainft::listing
