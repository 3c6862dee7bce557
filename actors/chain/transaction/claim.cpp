#include "actors/chain/transaction/claim.hpp"

#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"

namespace ainft::transaction {

using boost::asio::awaitable;
using runtime::errc;
using runtime::refuse;

namespace {

/// A subject that is not there waits for nothing.
caf::error refuse_missing(caf::error why) {
  if (runtime::explain(why).code == errc::not_found)
    return refuse(errc::wrong_state, "what this transaction is for does not exist");
  return why;
}

template <class Domain, class Id>
awaitable<caf::error> ask_subject(const services& s, const http::call& c, const view& tx) {
  auto subject = co_await read<Domain>(s, Id::parse(tx.subject_id)->get());
  if (!subject)
    co_return refuse_missing(std::move(subject.error()));
  co_return awaited(*subject, tx, user_id{c.who.user});
}

awaitable<caf::error> hold_listing(const services& s, const http::call& c, const view& tx) {
  listing::begin_settlement hold{tx.id, {user_id{c.who.user}, tx.signers.at(0)}, tx.amount};
  auto held = co_await platform_command<listing::domain>(s, listing_id::parse(tx.subject_id)->get(), std::move(hold));
  co_return held ? caf::error{} : refuse_missing(std::move(held.error()));
}

} // namespace

caf::error awaited(const nft::view& subject, const view& tx, const user_id& who) {
  if (subject.creator_id != who)
    return refuse(errc::not_owner, "only its creator mints an NFT");
  if (subject.mint_transaction_id != tx.id)
    return refuse(errc::wrong_state, "another transaction has taken this one's place");
  if (subject.state != nft::phase::minting)
    return refuse(errc::wrong_state, "this NFT is " + std::string{runtime::name_of(subject.state)});
  return {};
}

caf::error awaited(const listing::view& subject, const view& tx, const user_id& who) {
  using listing::phase;
  if (subject.seller.user != who || tx.signers != std::vector{subject.seller.wallet})
    return refuse(errc::not_owner, "only its seller signs for a listing");
  const bool waits = tx.purpose == purpose::approve
                       ? subject.state == phase::awaiting_signature
                       : subject.state == phase::cancelled || subject.state == phase::failed;
  return waits ? caf::error{}
               : refuse(errc::wrong_state, "this listing is " + std::string{runtime::name_of(subject.state)});
}

awaitable<caf::error> claim(const services& s, const http::call& c, const view& tx) {
  switch (tx.purpose) {
    case purpose::mint: return ask_subject<nft::domain, nft_id>(s, c, tx);
    case purpose::purchase: return hold_listing(s, c, tx);
    default: return ask_subject<listing::domain, listing_id>(s, c, tx);
  }
}

} // namespace ainft::transaction
