#include "actors/market/nft/flows.hpp"

#include "actors/market/nft/minting.hpp"

namespace ainft::nft {

using boost::asio::awaitable;
using runtime::errc;
using runtime::refuse;

namespace {

awaitable<caf::error> claim(const services& s, const http::call& c, const transaction::view& tx) {
  const auto id = nft_id::parse(tx.subject_id);
  auto subject = co_await read<entity>(s, id->get());
  if (!subject)
    co_return transaction::refuse_missing(std::move(subject.error()));
  co_return awaited(*subject, tx, user_id{c.who.user});
}

task<http::reply> rebuild(const services& s, http::call& c, runtime::uuid subject) {
  return mint(s, c, nft_id{subject});
}

awaitable<caf::error> settle(const services& s, const transaction::outcome& o) {
  if (o.state != transaction::phase::confirmed) {
    const fail_mint failed{o.id};
    co_return co_await give<entity>(s, o.subject, failed);
  }
  const finish_mint finished{o.id, *o.signature};
  co_return co_await give<entity>(s, o.subject, finished);
}

} // namespace

caf::error awaited(const view& subject, const transaction::view& tx, const user_id& who) {
  if (subject.creator_id != who)
    return refuse(errc::not_owner, "only the creator may mint an NFT");
  if (subject.mint_transaction_id != tx.id)
    return refuse(errc::wrong_state, "another transaction has replaced this one");
  if (subject.state != phase::minting)
    return refuse(errc::wrong_state, "this NFT is " + std::string{runtime::name_of(subject.state)});
  return {};
}

transaction::flow mint_flow() {
  return {.purpose = mint_purpose, .subject = entity::kind, .claim = claim, .rebuild = rebuild, .settle = settle};
}

} // namespace ainft::nft
