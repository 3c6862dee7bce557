#include "actors/listing/domain.hpp"

#include "runtime/codec/json_writer.hpp"

namespace ainft::listing {

using runtime::errc;
using runtime::field_error;
using runtime::refuse;
using runtime::refuse_field;

namespace {

using result_events = runtime::result<events>;
constexpr auto longest_auction = std::chrono::hours{24 * 90};

party caller(const runtime::decision_context& context) {
  const auto wallet = wallet_address::parse(context.who.wallet);
  return {user_id{context.who.user}, wallet ? *wallet : wallet_address{}};
}

/// The least that the next bid must be; nothing when no amount is left above the highest.
std::optional<lamports> next_bid(const state& s) {
  if (s.bid_count == 0)
    return lamports{s.terms.price.get()};
  return solana::add(s.highest, lamports{s.terms.min_increment.get()});
}

result_events refuse_closed(const state& s) {
  if (s.terms.kind == kind::auction && s.at != phase::awaiting_signature && s.at != phase::cancelled)
    return refuse(errc::auction_ended, "this auction has ended");
  return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(s.at)});
}

result_events refuse_low(const state& s, const std::optional<lamports>& least) {
  const auto rule = !least ? std::string{"cannot be higher than the highest bid any more"}
                           : "must be at least " + least->str()
                               + (s.bid_count == 0 ? ", the reserve" : ", the highest bid plus the increment");
  return caf::make_error(errc::bid_too_low, "the amount " + rule, std::vector<field_error>{{"/amount", rule}});
}

} // namespace

// -- commands -------------------------------------------------------------------------------------------------------

runtime::result<terms> terms_of(const new_listing& what, runtime::time_point now) {
  std::vector<field_error> bad;
  const auto need = [&bad](bool there, const char* field, const char* kind) {
    if (!there)
      bad.push_back({field, std::string{"is required for "} + kind});
  };
  const auto unwanted = [&bad](bool there, const char* field, const char* kind) {
    if (there)
      bad.push_back({field, std::string{"does not go with "} + kind});
  };
  if (what.kind == kind::fixed) {
    need(what.price.has_value(), "/price", "a fixed listing");
    unwanted(what.reserve.has_value(), "/reserve", "a fixed listing");
    unwanted(what.min_increment.has_value(), "/minIncrement", "a fixed listing");
    unwanted(what.ends_at.has_value(), "/endsAt", "a fixed listing");
  } else {
    need(what.reserve.has_value(), "/reserve", "an auction");
    need(what.min_increment.has_value(), "/minIncrement", "an auction");
    need(what.ends_at.has_value(), "/endsAt", "an auction");
    unwanted(what.price.has_value(), "/price", "an auction");
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
    return refuse(errc::conflict, "this listing exists already");
  }
  return events{listing_created{c.id, c.terms, context.now}};
}

result_events decide(const state& s, const place_bid& c, const runtime::decision_context& context) {
  if (s.terms.kind != kind::auction)
    return refuse(errc::not_for_sale, "this listing has a fixed price: buy it");
  if (s.at != phase::live)
    return refuse_closed(s);
  if (context.now >= *s.terms.ends_at)
    return refuse(errc::auction_ended, "this auction has ended");
  if (s.terms.seller.user.get() == context.who.user)
    return refuse(errc::own_listing, "sellers do not bid on their own listings");
  const auto least = next_bid(s);
  if (!least || c.amount.get() < least->get())
    return refuse_low(s, least);
  return events{bid_placed{c.id, caller(context), c.amount, context.now}};
}

result_events decide(const state& s, const cancel_listing&, const runtime::decision_context& context) {
  if (s.terms.seller.user.get() != context.who.user)
    return refuse(errc::not_owner, "only its seller cancels a listing");
  if (s.at == phase::cancelled)
    return events{};
  if (s.at != phase::awaiting_signature && s.at != phase::live)
    return refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(s.at)});
  if (s.bid_count > 0)
    return refuse(errc::wrong_state, "an auction with bids is not cancelled");
  return events{listing_cancelled{}};
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
  auto amount = may_buy(view_of(s), c.buyer.user);
  if (!amount)
    return std::move(amount.error());
  if (*amount != c.amount)
    return refuse(errc::conflict, "the transaction pays another amount than the listing asks for");
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
    case phase::awaiting_signature:
      return events{listing_failed{"the seller did not sign the approval in time"}};
    case phase::ended:
      return events{listing_failed{"the winner did not pay in time"}};
    case phase::live: {
      auction_closed closed{s.leader, s.highest, std::nullopt};
      if (s.leader)
        closed.payment_due = context.now + std::chrono::seconds{s.terms.payment_window};
      return events{closed};
    }
    default:
      return events{};
  }
}

runtime::result<lamports> may_buy(const view& v, const user_id& buyer) {
  if (v.seller.user == buyer)
    return refuse(errc::own_listing, "sellers do not buy their own listings");
  if (v.kind == kind::fixed) {
    if (v.state != phase::live)
      return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(v.state)});
    return lamports{v.price->get()};
  }
  if (v.state == phase::live)
    return refuse(errc::not_for_sale, "this auction has not ended: bid");
  if (v.state != phase::ended || !v.leader)
    return refuse(errc::not_for_sale, "this listing is " + std::string{runtime::name_of(v.state)});
  if (v.leader->user != buyer)
    return refuse(errc::auction_ended, "someone else won this auction");
  return *v.highest_bid;
}

// -- events ---------------------------------------------------------------------------------------------------------

namespace {

void apply(state& s, const listing_created& e) {
  s.id = e.id;
  s.terms = e.terms;
  s.created_at = e.at;
}
void apply(state& s, const listing_live&) { s.at = phase::live; }
void apply(state& s, const bid_placed& e) {
  s.highest = lamports{e.amount.get()};
  s.leader = e.bidder;
  ++s.bid_count;
}
void apply(state& s, const auction_closed& e) {
  s.at = phase::ended;
  s.payment_due = e.payment_due;
}
void apply(state& s, const settlement_begun& e) {
  s.at = phase::settling;
  s.settling = e;
}
void apply(state& s, const settlement_undone&) {
  s.at = s.terms.kind == kind::fixed ? phase::live : phase::ended;
  s.settling.reset();
}
void apply(state& s, const listing_sold& e) {
  s.at = phase::sold;
  s.sold = e;
}
void apply(state& s, const listing_cancelled&) { s.at = phase::cancelled; }
void apply(state& s, const listing_failed& e) {
  s.at = phase::failed;
  s.failure = e.reason;
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

std::optional<runtime::time_point> deadline(const state& s) {
  if (s.id.is_nil())
    return std::nullopt;
  if (s.at == phase::awaiting_signature)
    return s.created_at + std::chrono::seconds{s.terms.approval_window};
  if (s.at == phase::live)
    return s.terms.ends_at;
  return s.at == phase::ended ? s.payment_due : std::nullopt;
}

namespace {

using people = std::vector<runtime::uuid>;

void add_people(people&, const state&, const auto&) {}
void add_people(people& to, const state& before, const bid_placed& e) {
  to.push_back(e.bidder.user.get());
  if (before.leader && before.leader->user != e.bidder.user)
    to.push_back(before.leader->user.get());
}
void add_people(people& to, const state&, const auction_closed& e) {
  if (e.winner)
    to.push_back(e.winner->user.get());
}
void add_people(people& to, const state&, const settlement_begun& e) { to.push_back(e.buyer.user.get()); }
void add_people(people& to, const state& before, const settlement_undone&) {
  if (before.settling)
    to.push_back(before.settling->buyer.user.get());
}
void add_people(people& to, const state&, const listing_sold& e) { to.push_back(e.buyer.user.get()); }

} // namespace

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* created = std::get_if<listing_created>(&e);
  const auto& t = created ? created->terms : before.terms;
  people out{t.nft.get(), t.seller.user.get()};
  std::visit([&](const auto& x) { add_people(out, before, x); }, e);
  return out;
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
    if (s.at == phase::live)
      v.next_bid = next_bid(s);
  }
  v.ends_at = s.terms.ends_at;
  v.royalty_bps = s.terms.royalty_bps;
  v.fee_bps = s.terms.fee_bps;
  v.creators = s.terms.creators;
  v.bid_count = s.bid_count;
  if (s.bid_count > 0)
    v.highest_bid = s.highest;
  v.leader = s.leader;
  v.payment_due = s.payment_due;
  if (s.sold) {
    v.buyer = s.sold->buyer;
    v.sale_price = s.sold->amount;
    v.signature = s.sold->signature;
  } else if (s.settling) {
    v.buyer = s.settling->buyer;
  }
  v.failure = s.failure;
  v.created_at = s.created_at;
  return v;
}

std::string answer_of(const state& s, const events& decided) {
  if (decided.size() == 1)
    if (const auto* bid = std::get_if<bid_placed>(&decided[0]))
      return runtime::to_json(
        bid_view{bid->id, bid->bidder, bid->amount, bid->at, s.bid_count, next_bid(s).value_or(lamports{})});
  return runtime::to_json(view_of(s));
}

} // namespace ainft::listing
