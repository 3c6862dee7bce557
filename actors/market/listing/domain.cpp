#include "actors/market/listing/domain.hpp"

#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/try.hpp"

namespace ainft::listing {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;
using runtime::refuse_field;

namespace {

using result_events = runtime::result<events>;
constexpr auto longest_auction = std::chrono::hours{24 * 90};

result_events refuse_phase(const state& s) {
  return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(s.at)});
}

caf::error refuse_unpayable(const terms& t) {
  if (leaves_room(t.royalty_bps, t.fee_bps))
    return {};
  return refuse_field("/nftId", "must be an NFT with a royalty of at most " + std::to_string(10'000 - t.fee_bps)
                                  + " basis points, so that royalty and platform fee fit into the price; it has "
                                  + std::to_string(t.royalty_bps));
}

/// The events when the winner did not pay in time.
events pass_on(const state& s, runtime::time_point now) {
  if (s.standing.size() < 2)
    return {listing_failed{"the winner did not pay in time"}};
  const auto& late = s.standing.back();
  const auto& next = s.standing[s.standing.size() - 2];
  return {payment_missed{late.id, late.bidder, late.amount, next.bidder, lamports{next.amount.get()},
                         now + std::chrono::seconds{s.terms.payment_window}}};
}

} // namespace

// -- commands -------------------------------------------------------------------------------------------------------

runtime::result<terms> terms_of(const new_listing& what, runtime::time_point now, lamports least_price) {
  if (auto refusal = runtime::check_described(what))
    return refusal;
  std::vector<field_error> bad;
  const auto enough = [&](const std::optional<positive_lamports>& amount, const char* field) {
    if (amount && amount->get() < least_price.get())
      bad.push_back({field, "must be at least " + least_price.str() + " lamports"});
  };
  if (what.kind == kind::fixed) {
    enough(what.price, "/price");
  } else {
    enough(what.reserve, "/reserve");
    if (what.ends_at && (*what.ends_at <= now || *what.ends_at - now > longest_auction))
      bad.push_back({"/endsAt", "must be in the future and at most 90 days away"});
  }
  if (!bad.empty())
    return runtime::refuse_fields(std::move(bad));
  terms out;
  out.nft = what.nft;
  out.kind = what.kind;
  out.price = what.kind == kind::fixed ? *what.price : *what.reserve;
  out.min_increment = what.min_increment.value_or(positive_lamports{1});
  out.ends_at = what.ends_at;
  return out;
}

result_events decide(const state& s, const create_listing& c, const runtime::decision_context& context) {
  if (!s.id.is_nil()) {
    if (s.terms.seller.user.get() == context.who.user && s.terms.nft == c.terms.nft)
      return events{};
    return refuse(errc::conflict, "this listing already exists");
  }
  if (auto bad = refuse_unpayable(c.terms))
    return bad;
  return events{listing_created{c.id, c.terms, context.now}};
}

result_events decide(const state& s, const cancel_listing& c, const runtime::decision_context& context) {
  if (s.terms.seller.user.get() != context.who.user)
    return refuse(errc::not_owner, "only the seller may cancel a listing");
  if (s.at == phase::cancelled)
    return events{};
  if (!is_open(s) || s.at == phase::settling)
    return refuse_phase(s);
  for (const auto& bid : s.standing)
    if (std::find(c.unbacked.begin(), c.unbacked.end(), bid.id) == c.unbacked.end())
      return refuse(errc::wrong_state, "an auction cannot be cancelled while its bidders can pay");
  return events{listing_cancelled{}};
}

result_events decide(const state& s, const intervene& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  const operator_intervened done{c.action, c.reason.str(), context.now};
  if (c.action == intervention::cancel) {
    if (s.at == phase::cancelled)
      return events{};
    if (s.at == phase::settling)
      return refuse(errc::wrong_state, "a purchase is in progress; retry when it has ended");
    return is_open(s) ? result_events{events{done, listing_cancelled{}}} : refuse_phase(s);
  }
  if (s.terms.kind == kind::fixed)
    return refuse(errc::wrong_state, "a listing with a fixed price has no end time; cancel it instead");
  if (s.at == phase::ended)
    return events{};
  return s.at == phase::live ? result_events{events{done, close_auction(s, context.now)}} : refuse_phase(s);
}

result_events decide(const state& s, const go_live& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.at != phase::awaiting_signature)
    return events{};
  return events{listing_live{c.transaction}};
}

result_events decide(const state& s, const begin_settlement& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.settling && s.settling->transaction == c.transaction)
    return events{};
  AINFT_TRY(amount, may_buy(view_of(s), c.buyer.user));
  if (amount != c.amount)
    return refuse(errc::conflict, "the transaction pays a different amount than the listing's price");
  return events{settlement_begun{c.transaction, c.buyer, c.amount}};
}

result_events decide(const state& s, const settlement_confirmed& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.at != phase::settling || s.settling->transaction != c.transaction)
    return events{};
  return events{listing_sold{c.transaction, s.settling->buyer, s.settling->amount, c.signature}};
}

result_events decide(const state& s, const settlement_failed& c, const runtime::decision_context& context) {
  if (auto bad = refuse_not_platform(context))
    return bad;
  if (s.at != phase::settling || s.settling->transaction != c.transaction)
    return events{};
  return events{settlement_undone{c.transaction, c.reason}};
}

result_events decide(const state& s, const runtime::wake&, const runtime::decision_context& context) {
  switch (s.at) {
  case phase::awaiting_signature: return events{listing_failed{"the seller did not sign the approval in time"}};
  case phase::ended: return pass_on(s, context.now);
  case phase::live: return events{close_auction(s, context.now)};
  default: return events{};
  }
}

runtime::result<lamports> may_buy(const view& v, const user_id& buyer) {
  if (v.seller.user == buyer)
    return refuse(errc::own_listing, "sellers may not buy their own listings");
  if (!leaves_room(v.royalty_bps, v.fee_bps))
    return refuse(errc::not_for_sale,
                  "nobody can pay for this listing: the royalty and the platform's fee exceed the price");
  if (v.kind == kind::fixed) {
    if (v.state != phase::live)
      return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(v.state)});
    return lamports{v.price->get()};
  }
  if (v.state == phase::live)
    return refuse(errc::not_for_sale, "this auction has not ended: place a bid");
  if (v.state != phase::ended || !v.leader)
    return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(v.state)});
  if (v.leader->user != buyer)
    return refuse(errc::auction_ended, "another user won this auction");
  return *v.highest_bid;
}

// -- answers --------------------------------------------------------------------------------------------------------

view view_of(const state& s) {
  view v;
  v.id = s.id;
  v.nft = s.terms.nft;
  v.mint = s.terms.mint;
  v.seller = s.terms.seller;
  v.kind = s.terms.kind;
  v.state = s.at;
  (s.terms.kind == kind::fixed ? v.price : v.reserve) = s.terms.price;
  if (s.terms.kind == kind::auction) {
    v.min_increment = s.terms.min_increment;
    if (s.at == phase::live) {
      v.next_bid = next_bid(s);
      v.max_bid = max_bid(s);
    }
  }
  v.ends_at = s.terms.ends_at;
  v.royalty_bps = s.terms.royalty_bps;
  v.fee_bps = s.terms.fee_bps;
  v.creators = s.terms.creators;
  v.bid_count = s.bid_count;
  if (const auto* best = s.best()) {
    v.highest_bid = lamports{best->amount.get()};
    v.leader = best->bidder;
  }
  v.payment_due = s.payment_due;
  if (s.sold) {
    v.buyer = s.sold->buyer;
    v.sale_price = s.sold->amount;
    v.signature = s.sold->signature;
  } else if (s.settling) {
    v.buyer = s.settling->buyer;
  }
  v.failure = s.failure;
  v.intervention = s.intervention;
  v.created_at = s.created_at;
  return v;
}

std::string answer_of(const state& s, const events& decided) {
  if (decided.size() == 1)
    if (const auto* bid = std::get_if<bid_placed>(&decided.front())) {
      const auto next = next_bid(s);
      return runtime::to_json(bid_view{bid->id, bid->bidder, bid->amount, bid->at, s.bid_count, next,
                                       next ? std::optional{max_bid(s)} : std::nullopt});
    }
  return runtime::to_json(view_of(s));
}

} // namespace ainft::listing
