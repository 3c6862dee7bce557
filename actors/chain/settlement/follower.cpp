#include "actors/chain/settlement/follower.hpp"

#include "actors/chain/transaction/api.hpp"
#include "actors/event_handler.hpp"
#include "runtime/try.hpp"

namespace ainft::settlement {

namespace {

using boost::asio::awaitable;
using runtime::followed_event;
using transaction::phase;

/// The transaction that an event is about.
runtime::result<transaction_id> transaction_of(const followed_event& e) {
  if (e.kind == transaction::entity::kind)
    return transaction_id{e.event.entity};
  for (const auto* f : transaction::all_flows())
    if (std::find(f->settles_at.begin(), f->settles_at.end(), e.kind + "." + e.event.type) != f->settles_at.end())
      return f->transaction_in(e.event);
  return runtime::refuse(runtime::errc::internal, "no flow handles the event " + e.kind + "." + e.event.type);
}

awaitable<caf::error> settle(const services& s, transaction::outcome o) {
  if (o.state == phase::awaiting_signature || o.state == phase::submitted)
    co_return caf::error{}; // the transaction's final event follows later
  AINFT_CO_TRY(flow, transaction::find_flow(o.purpose));
  if (!flow->settle)
    co_return caf::error{};
  co_return co_await flow->settle(s, o);
}

using uuids = std::vector<runtime::uuid>;

/// The subject of each transaction. For an unknown transaction, its own id.
uuids subjects_of(persistence::session& db, uuids transactions) {
  using namespace persistence;
  static constexpr statement select{"settlement_subjects", R"sql(
    select coalesce(t.subject_id, w.id) from unnest($1::uuid[]) with ordinality w (id, n)
    left join transactions t on t.id = w.id order by w.n)sql"};
  array_text ids;
  for (const auto& id : transactions)
    ids.add(id.str());
  uuids out;
  for (const auto& row : db.run(select, parameters{ids.take()}))
    out.push_back(read_uuid(row[0]));
  return out;
}

/// Uses the subject of an event's transaction as the event's key.
void find_keys(const services& s, const std::vector<followed_event>& events,
               runtime::follower_settings::keys_found done) {
  uuids transactions;
  for (const auto& e : events) {
    const auto id = transaction_of(e);
    transactions.push_back(id ? id->get() : e.event.entity);
  }
  s.db.run([transactions](persistence::session& db) { return subjects_of(db, transactions); }, std::move(done));
}

awaitable<caf::error> handle(const services& s, followed_event e) {
  AINFT_CO_TRY(id, transaction_of(e));
  AINFT_CO_TRY(found, co_await transaction::find_outcome(s, id));
  co_return co_await settle(s, std::move(found));
}

} // namespace

runtime::follower start_follower(const services& s) {
  runtime::follower_settings settings;
  settings.retries = s.retries;
  settings.name = "settlement";
  settings.event_types = {"transaction.transaction_confirmed", "transaction.transaction_failed",
                          "transaction.transaction_expired"};
  for (const auto* f : transaction::all_flows())
    settings.event_types.insert(settings.event_types.end(), f->settles_at.begin(), f->settles_at.end());
  settings.keys = [&s](const std::vector<followed_event>& events, runtime::follower_settings::keys_found done) {
    find_keys(s, events, std::move(done));
  };
  settings.handle = handle_events_by(s, "settling an event failed with an exception",
                                     [&s](const followed_event& e) { return handle(s, e); });
  return runtime::start_follower(s.system, s.host.log(), std::move(settings));
}

} // namespace ainft::settlement
