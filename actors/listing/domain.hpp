#pragma once

#include "actors/listing/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::listing {

struct state {
  listing_id id;
  listing::terms terms;
  phase at = phase::awaiting_signature;
  runtime::time_point created_at;
  lamports highest;
  std::optional<party> leader;
  uint64_t bid_count = 0;
  std::optional<runtime::time_point> payment_due;
  std::optional<settlement_begun> settling;
  std::optional<listing_sold> sold;
  std::optional<std::string> failure;
};

template <class Inspector>
bool inspect(Inspector& f, state& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("terms", x.terms), f.field("at", x.at),
                            f.field("created_at", x.created_at), f.field("highest", x.highest), f.field("leader", x.leader),
                            f.field("bid_count", x.bid_count), f.field("payment_due", x.payment_due),
                            f.field("settling", x.settling), f.field("sold", x.sold), f.field("failure", x.failure));
}

struct domain {
  using state = listing::state;
  using commands = std::variant<create_listing, place_bid, cancel_listing, go_live, begin_settlement, settlement_confirmed,
                                settlement_failed>;
  using events = std::variant<listing_created, listing_live, bid_placed, auction_closed, settlement_begun, settlement_undone,
                              listing_sold, listing_cancelled, listing_failed>;
  using view = listing::view;
  static constexpr std::string_view kind = "listing";
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

runtime::result<events> decide(const state& s, const create_listing& c, const runtime::decision_context& context);
/// Refuses with errc::not_for_sale, errc::auction_ended, errc::own_listing, errc::bid_too_low (naming `/amount`).
runtime::result<events> decide(const state& s, const place_bid& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner, errc::wrong_state: an auction with bids and what is being settled stay.
runtime::result<events> decide(const state& s, const cancel_listing& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const go_live& c, const runtime::decision_context& context);
/// Refuses as may_buy does. The same transaction again changes nothing.
runtime::result<events> decide(const state& s, const begin_settlement& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_confirmed& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const settlement_failed& c, const runtime::decision_context& context);
/// An approval that never came, an auction's end, a winner who did not pay.
runtime::result<events> decide(const state& s, const runtime::wake& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
std::string answer_of(const state& s, const events& decided);
std::optional<runtime::time_point> deadline(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context, runtime::row_writes& rows);
/// The NFT, the seller, and whom it is about: the bidder and the one who was outbid, the winner, the buyer.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

/// What `buyer` would pay now: the price, or the winning bid. Refuses with errc::not_for_sale, errc::own_listing,
/// errc::auction_ended (someone else won).
[[nodiscard]] runtime::result<lamports> may_buy(const view& v, const user_id& buyer);

/// Checks a request's combination of fields and fills in what is fixed by `kind`. Refuses with errc::validation_failed.
[[nodiscard]] runtime::result<terms> terms_of(const new_listing& what, runtime::time_point now);

} // namespace ainft::listing
