#include "actors/market/listing/domain.hpp"

namespace ainft::listing {

namespace {

/// Limit of standing bids. They are kept in case a winner does not pay.
constexpr size_t most_standing = 64;

void take_off(state& s, const bid_id& id) {
  std::erase_if(s.standing, [&](const auto& b) { return b.id == id; });
}

/// The listing is over. Its view shows only the leader.
void finish(state& s, phase how) {
  s.at = how;
  if (s.standing.size() > 1)
    s.standing = {s.standing.back()};
}

void apply(state& s, const listing_created& e) {
  s.id = e.id;
  s.terms = e.terms;
  s.created_at = e.at;
}
void apply(state& s, const listing_live&) { s.at = phase::live; }
void apply(state& s, const bid_placed& e) {
  ++s.bid_count;
  std::erase_if(s.standing, [&](const auto& b) { return b.bidder.user == e.bidder.user; });
  s.standing.push_back({e.id, e.bidder, e.amount}); // a new bid is always the highest
  if (s.standing.size() > most_standing)
    s.standing.erase(s.standing.begin());
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
  s.sold = e;
  finish(s, phase::sold);
}
void apply(state& s, const listing_cancelled&) { finish(s, phase::cancelled); }
void apply(state& s, const listing_failed& e) {
  s.failure = e.reason;
  finish(s, phase::failed);
}
void apply(state& s, const bid_struck& e) {
  take_off(s, e.id);
  if (e.payment_due)
    s.payment_due = e.payment_due;
}
void apply(state& s, const payment_missed& e) {
  take_off(s, e.id);
  s.payment_due = e.payment_due;
}
void apply(state& s, const operator_intervened& e) { s.intervention = intervention_view{e.action, e.reason, e.at}; }

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

bool is_open(const state& s) {
  return s.at == phase::awaiting_signature || s.at == phase::live || s.at == phase::settling
         || (s.at == phase::ended && s.best());
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
  if (const auto* best = before.best(); best && best->bidder.user != e.bidder.user)
    to.push_back(best->bidder.user.get());
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
void add_people(people& to, const state&, const bid_struck& e) {
  to.push_back(e.bidder.user.get());
  if (e.leader)
    to.push_back(e.leader->user.get());
}
void add_people(people& to, const state&, const payment_missed& e) {
  to.push_back(e.bidder.user.get());
  to.push_back(e.leader.user.get());
}
void add_people(people& to, const state& before, const operator_intervened&) {
  if (const auto* best = before.best())
    to.push_back(best->bidder.user.get());
}

} // namespace

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* created = std::get_if<listing_created>(&e);
  const auto& t = created ? created->terms : before.terms;
  people out{t.nft.get(), t.seller.user.get()};
  std::visit([&](const auto& x) { add_people(out, before, x); }, e);
  return out;
}

} // namespace ainft::listing
