#include "actors/market/settlement/follower.hpp"

#include "actors/chain/transaction/domain.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"
#include "persistence/replay.hpp"
#include "runtime/event_codec.hpp"

#include <boost/asio/co_spawn.hpp>

namespace ainft::settlement {

namespace {

using boost::asio::awaitable;
using runtime::followed_event;
using transaction::phase;
using transaction::purpose;

/// A transaction as the journal has it: never older than the event that is handled, and the same whenever it is handled.
struct outcome {
  transaction_id id;
  purpose what = purpose::mint;
  phase state = phase::awaiting_signature;
  runtime::uuid subject;
  std::optional<solana::signature> signature;
  wallet_address wallet; ///< that signed it, whatever wallets its user has now
  std::optional<uint64_t> slot;
  std::optional<nft_id> token; ///< of the listing that it is for
  caf::error unknown;          ///< why it cannot be read
};

runtime::result<transaction::state> fold(const std::vector<runtime::committed_event>& events) {
  transaction::state out;
  for (const auto& stored : events) {
    auto e = runtime::decode_event<transaction::domain::events>(stored.type, stored.version, stored.payload);
    if (!e)
      return std::move(e.error());
    evolve(out, *e);
  }
  return out;
}

std::optional<nft_id> token_of(persistence::session& db, const runtime::uuid& listing) {
  static constexpr persistence::statement select{"settlement_token", "select nft_id from listings where id = $1"};
  const auto found = db.run(select, persistence::parameters{listing.str()});
  return found.empty() ? std::nullopt : std::optional{nft_id{persistence::read_uuid(found[0][0])}};
}

outcome find_outcome(persistence::session& db, const transaction_id& id) {
  outcome out{id};
  auto folded = fold(persistence::read_events(db, transaction::domain::kind, id.get()));
  if (!folded)
    out.unknown = std::move(folded.error());
  else if (folded->what.id != id)
    out.unknown = runtime::refuse(runtime::errc::internal, "there is no transaction " + id.str());
  if (out.unknown)
    return out;
  out.what = folded->what.purpose;
  out.state = folded->at;
  out.subject = folded->what.subject;
  out.signature = view_of(*folded).signature;
  out.wallet = folded->what.wallet;
  out.slot = folded->slot;
  out.token = token_of(db, out.subject);
  return out;
}

/// Gives a command on behalf of the platform; the error, if it was not taken.
template <class Domain, class Command>
awaitable<caf::error> give(const services& s, runtime::uuid id, Command c) {
  auto done = co_await platform_command<Domain>(s, id, std::move(c));
  co_return done ? caf::error{} : std::move(done.error());
}

awaitable<caf::error> settle_mint(const services& s, const outcome& o) {
  if (o.state != phase::confirmed) {
    const nft::fail_mint failed{o.id};
    co_return co_await give<nft::domain>(s, o.subject, failed);
  }
  const nft::finish_mint finished{o.id, *o.signature};
  co_return co_await give<nft::domain>(s, o.subject, finished);
}

/// The owner changes first: as long as the listing is open nobody else can list the NFT.
awaitable<caf::error> settle_purchase(const services& s, const outcome& o) {
  if (o.state != phase::confirmed) {
    const listing::settlement_failed failed{o.id, "the purchase did not go through"};
    co_return co_await give<listing::domain>(s, o.subject, failed);
  }
  if (!o.token)
    co_return runtime::refuse(runtime::errc::internal, "there is no listing " + listing_id{o.subject}.str());
  const nft::change_owner moved{o.wallet, o.id, o.slot};
  if (auto bad = co_await give<nft::domain>(s, o.token->get(), moved))
    co_return bad;
  const listing::settlement_confirmed sold{o.id, *o.signature};
  co_return co_await give<listing::domain>(s, o.subject, sold);
}

awaitable<caf::error> settle(const services& s, const outcome& o) {
  if (o.state == phase::awaiting_signature || o.state == phase::submitted)
    co_return caf::error{}; // its end is an event of its own
  if (o.what == purpose::mint)
    co_return co_await settle_mint(s, o);
  if (o.what == purpose::purchase)
    co_return co_await settle_purchase(s, o);
  if (o.what == purpose::approve && o.state == phase::confirmed) {
    const listing::go_live approved{o.id};
    co_return co_await give<listing::domain>(s, o.subject, approved);
  }
  co_return caf::error{};
}

/// The transaction that an event speaks of. A settlement that begins when its transaction has ended already is settled here,
/// too.
runtime::result<transaction_id> transaction_of(const followed_event& e) {
  if (e.kind == transaction::domain::kind)
    return transaction_id{e.event.entity};
  auto begun = runtime::decode_event<listing::domain::events>(e.event.type, e.event.version, e.event.payload);
  if (!begun)
    return std::move(begun.error());
  return std::get<listing::settlement_begun>(*begun).transaction;
}

using uuids = std::vector<runtime::uuid>;

/// What each of the transactions is for; the transaction itself where it is not known.
uuids subjects_of(persistence::session& db, uuids transactions) {
  using namespace persistence;
  static constexpr statement select{"settlement_subjects", R"sql(
    select coalesce(t.subject_id, w.id) from unnest($1::uuid[]) with ordinality w (id, n) left join transactions t on t.id = w.id order by w.n)sql"};
  array_text ids;
  for (const auto& id : transactions)
    ids.add(id.str());
  uuids out;
  for (const auto& row : db.run(select, parameters{ids.take()}))
    out.push_back(read_uuid(row[0]));
  return out;
}

/// The key of an event is the NFT or the listing that its transaction is for.
void find_keys(const services& s, const std::vector<followed_event>& events, runtime::follower_settings::keys_found done) {
  uuids transactions;
  for (const auto& e : events) {
    const auto id = transaction_of(e);
    transactions.push_back(id ? id->get() : e.event.entity);
  }
  s.db.run([transactions](persistence::session& db) { return subjects_of(db, transactions); }, std::move(done));
}

awaitable<caf::error> handle(const services& s, followed_event e) {
  auto id = transaction_of(e);
  if (!id)
    co_return std::move(id.error());
  auto q = [id = *id](persistence::session& db) { return find_outcome(db, id); };
  auto found = co_await net::query(s.db, std::move(q));
  if (!found)
    co_return std::move(found.error());
  if (found->unknown)
    co_return std::move(found->unknown);
  co_return co_await settle(s, *found);
}

} // namespace

runtime::follower start_follower(const services& s, boost::asio::any_io_executor executor, runtime::retry_settings retries) {
  runtime::follower_settings settings;
  settings.retries = retries;
  settings.name = "settlement";
  settings.interests = {"transaction.transaction_confirmed", "transaction.transaction_failed",
                        "transaction.transaction_expired", "listing.settlement_begun"};
  settings.keys = [&s](const std::vector<followed_event>& events, runtime::follower_settings::keys_found done) { find_keys(s, events, std::move(done)); };
  settings.handle = [&s, executor](const followed_event& e, std::function<void(caf::error)> done) {
    boost::asio::co_spawn(executor, handle(s, e), [done = std::move(done)](std::exception_ptr broken, caf::error error) {
      done(broken ? runtime::refuse(runtime::errc::internal, "settling an event broke") : std::move(error));
    });
  };
  return runtime::start_follower(s.system, s.host.log(), std::move(settings));
}

} // namespace ainft::settlement
