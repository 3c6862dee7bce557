#include "actors/chain/transaction/domain.hpp"
#include "actors/chain/transaction/flow.hpp"
#include "persistence/replay.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/try.hpp"

namespace ainft::transaction {

namespace {

runtime::result<state> fold(const std::vector<runtime::committed_event>& events) {
  state out;
  for (const auto& stored : events) {
    AINFT_TRY(e, runtime::decode_event<domain::events>(stored.type, stored.version, stored.payload));
    evolve(out, e);
  }
  return out;
}

} // namespace

task<outcome> find_outcome(const services& s, transaction_id id) {
  auto q = [id](persistence::session& db) { return persistence::read_events(db, domain::kind, id.get()); };
  AINFT_CO_TRY(events, co_await net::query(s.db, std::move(q)));
  AINFT_CO_TRY(folded, fold(events));
  if (folded.what.id != id)
    co_return runtime::refuse(runtime::errc::internal, "no such transaction: " + id.str());
  outcome out;
  out.id = id;
  out.purpose = folded.what.purpose;
  out.state = folded.at;
  out.subject = folded.what.subject;
  out.signature = view_of(folded).signature;
  out.wallet = folded.what.wallet;
  out.slot = folded.slot;
  co_return out;
}

} // namespace ainft::transaction
