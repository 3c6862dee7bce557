#include "actors/market/listing/flows.hpp"

#include "actors/market/listing/domain.hpp"
#include "actors/market/listing/sale.hpp"
#include "actors/market/nft/protocol.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/try.hpp"

namespace ainft::listing {

using boost::asio::awaitable;
using runtime::errc;
using runtime::refuse;
using transaction::outcome;

namespace {

awaitable<caf::error> claim(const services& s, const http::call& c, const transaction::view& tx) {
  const auto id = listing_id::parse(tx.subject_id);
  auto subject = co_await read<entity>(s, id->get());
  if (!subject)
    co_return transaction::refuse_missing(std::move(subject.error()));
  co_return awaited(*subject, tx, user_id{c.who.user});
}

/// A purchase reserves its listing, so that nobody else can buy it.
awaitable<caf::error> hold(const services& s, const http::call& c, const transaction::view& tx) {
  const auto id = listing_id::parse(tx.subject_id);
  begin_settlement begin{tx.id, {user_id{c.who.user}, tx.signers.at(0)}, tx.amount};
  auto held = co_await platform_command<entity>(s, id->get(), begin);
  co_return held ? caf::error{} : transaction::refuse_missing(std::move(held.error()));
}

task<http::reply> approve_again(const services& s, http::call& c, runtime::uuid subject) {
  return approve(s, c, listing_id{subject});
}
task<http::reply> buy_again(const services& s, http::call& c, runtime::uuid subject) {
  return buy(s, c, listing_id{subject});
}
task<http::reply> revoke_again(const services& s, http::call& c, runtime::uuid subject) {
  return revoke(s, c, listing_id{subject});
}

awaitable<caf::error> settle_approval(const services& s, const outcome& o) {
  if (o.state != transaction::phase::confirmed)
    co_return caf::error{};
  const go_live approved{o.id};
  co_return co_await give<entity>(s, o.subject, approved);
}

std::optional<nft_id> token_of(persistence::session& db, const listing_id& id) {
  static constexpr persistence::statement select{"settlement_token", "select nft_id from listings where id = $1"};
  const auto found = db.run(select, persistence::parameters{id});
  return found.empty() ? std::nullopt : std::optional{nft_id{persistence::read_uuid(found[0][0])}};
}

/// Changes the NFT's owner first. While the listing is open, nobody else can list the NFT.
awaitable<caf::error> settle_purchase(const services& s, const outcome& o) {
  if (o.state != transaction::phase::confirmed) {
    const bool late = o.state == transaction::phase::expired;
    const settlement_failed failed{o.id, late ? "the purchase transaction expired" : "the purchase transaction failed"};
    co_return co_await give<entity>(s, o.subject, failed);
  }
  const listing_id id{o.subject};
  auto q = [id](persistence::session& db) { return token_of(db, id); };
  AINFT_CO_TRY(token, co_await net::query(s.db, std::move(q)));
  if (!token)
    co_return refuse(errc::internal, "no such listing: " + id.str());
  const nft::change_owner moved{o.wallet, o.id, o.slot};
  if (auto bad = co_await give<nft::entity>(s, token->get(), moved))
    co_return bad;
  const settlement_confirmed sold{o.id, *o.signature};
  co_return co_await give<entity>(s, o.subject, sold);
}

/// A transaction can end before its settlement begins. So the follower also settles at this event.
runtime::result<transaction_id> transaction_in(const runtime::committed_event& e) {
  AINFT_TRY(begun, runtime::decode_event<domain::events>(e.type, e.version, e.payload));
  return std::get<settlement_begun>(begun).transaction;
}

} // namespace

caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who) {
  if (subject.seller.user != who || tx.signers != std::vector{subject.seller.wallet})
    return refuse(errc::not_owner, "only the seller may sign for a listing");
  const bool waits = tx.purpose.str() == approve_purpose
                       ? subject.state == phase::awaiting_signature
                       : subject.state == phase::cancelled || subject.state == phase::failed;
  return waits ? caf::error{}
               : refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(subject.state)});
}

std::vector<transaction::flow> sale_flows() {
  transaction::flow approve{.purpose = approve_purpose,
                            .subject = entity::kind,
                            .claim = claim,
                            .rebuild = approve_again,
                            .settle = settle_approval};
  transaction::flow purchase{.purpose = purchase_purpose,
                             .subject = entity::kind,
                             .claim = hold,
                             .rebuild = buy_again,
                             .settle = settle_purchase};
  purchase.settles_at = {"listing.settlement_begun"};
  purchase.transaction_in = transaction_in;
  transaction::flow revoke{.purpose = revoke_purpose, .subject = entity::kind, .claim = claim, .rebuild = revoke_again};
  return {approve, purchase, revoke};
}

} // namespace ainft::listing
