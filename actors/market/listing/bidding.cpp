// The rules of bids: the limits of an amount, the leader, and what happens when an operator strikes a bid.
#include "actors/market/listing/domain.hpp"

namespace ainft::listing {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;

namespace {

party caller(const runtime::decision_context& context) {
  const auto wallet = wallet_address::parse(context.who.wallet);
  return {user_id{context.who.user}, wallet ? *wallet : wallet_address{}};
}

caf::error refuse_amount(errc code, const std::string& rule) {
  return caf::make_error(code, "the amount " + rule, std::vector<field_error>{{"/amount", rule}});
}

caf::error refuse_low(const view& v) {
  if (!v.next_bid)
    return refuse_amount(errc::bid_too_low, "cannot exceed the highest bid, which is the maximum amount");
  return refuse_amount(errc::bid_too_low, "must be at least " + v.next_bid->str()
                                            + (v.leader ? ", the highest bid plus the increment" : ", the reserve"));
}

} // namespace

std::optional<lamports> next_bid(const state& s) {
  const auto* best = s.best();
  return best ? solana::add(lamports{best->amount.get()}, lamports{s.terms.min_increment.get()})
              : lamports{s.terms.price.get()};
}

lamports max_bid(const state& s) {
  const auto* best = s.best();
  const auto base = best ? best->amount.get() : s.terms.price.get();
  uint64_t most = 0;
  if (__builtin_mul_overflow(base, uint64_t{s.terms.max_raise}, &most))
    most = UINT64_MAX;
  return std::max(lamports{most}, next_bid(s).value_or(lamports{})); // the increment may exceed `max_raise`
}

caf::error may_bid(const view& v, const user_id& bidder, positive_lamports amount, runtime::time_point now) {
  if (v.kind != kind::auction)
    return refuse(errc::not_for_sale, "this listing has a fixed price: buy instead of bidding");
  if (v.state == phase::awaiting_signature || v.state == phase::cancelled)
    return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(v.state)});
  if (v.state != phase::live || now >= *v.ends_at)
    return refuse(errc::auction_ended, "this auction has ended");
  if (v.seller.user == bidder)
    return refuse(errc::own_listing, "sellers may not bid on their own listings");
  if (!v.next_bid || amount.get() < v.next_bid->get())
    return refuse_low(v);
  if (amount.get() > v.max_bid->get())
    return refuse_amount(errc::bid_too_high, "must be at most " + v.max_bid->str()
                                               + ", because a bid may exceed the previous "
                                                 "bid, or the reserve, only by a limited factor");
  return {};
}

runtime::result<events> decide(const state& s, const place_bid& c, const runtime::decision_context& context) {
  if (auto bad = may_bid(view_of(s), user_id{context.who.user}, c.amount, context.now))
    return bad;
  return events{bid_placed{c.id, caller(context), c.amount, context.now}};
}

runtime::result<events> decide(const state& s, const strike_bid& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.at != phase::live && s.at != phase::ended && s.at != phase::settling)
    return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(s.at)});
  const auto struck = std::find_if(s.standing.begin(), s.standing.end(), [&](const auto& b) { return b.id == c.id; });
  if (struck == s.standing.end())
    return refuse(errc::wrong_state,
                  "this bid does not stand: it was struck, outbid by its own bidder, or not paid in time");
  const bool led = &*struck == s.best();
  if (led && s.at == phase::settling)
    return refuse(errc::wrong_state, "this bid's payment is in progress; retry when it has ended");
  bid_struck e{c.id, struck->bidder, struck->amount, c.reason.str(), std::nullopt, {}, std::nullopt};
  if (s.standing.size() > 1) {
    const auto& leader = led ? *std::prev(struck) : s.standing.back();
    e.leader = leader.bidder;
    e.highest = lamports{leader.amount.get()};
  }
  events out{e};
  if (s.at == phase::ended && led && e.leader)
    std::get<bid_struck>(out[0]).payment_due = context.now + std::chrono::seconds{s.terms.payment_window};
  if (s.at == phase::ended && !e.leader)
    out.push_back(listing_failed{"no bids remain"});
  return out;
}

auction_closed close_auction(const state& s, runtime::time_point now) {
  const auto* best = s.best();
  if (!best)
    return {};
  return {best->bidder, lamports{best->amount.get()}, now + std::chrono::seconds{s.terms.payment_window}};
}

} // namespace ainft::listing
