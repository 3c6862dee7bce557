#include "actors/chain/sponsor/follower.hpp"

#include "actors/chain/sponsor/budget.hpp"
#include "actors/event_handler.hpp"
#include "runtime/try.hpp"

#include <spdlog/spdlog.h>

namespace ainft::sponsor {

namespace {

using boost::asio::awaitable;
using runtime::followed_event;

/// Lamports that an ended transaction took from the fee payer. Returns the assumed cost if the RPC node does not know
/// it.
awaitable<lamports> cost_on_chain(const services& s, const open_reservation& open) {
  if (open.state == "expired" || !open.signature)
    co_return open.assumed_cost();
  const auto found =
    co_await on_chain<solana::payer_outcome>([&](auto done) { s.chain.outcome(*open.signature, std::move(done)); });
  if (!found)
    co_return open.assumed_cost();
  const lamports lost{found->before > found->after ? found->before.get() - found->after.get() : 0};
  if (lost > open.most)
    spdlog::error("{} cost the fee payer {} lamports, but at most {} were expected", open.id.str(), lost.str(),
                  open.most.str());
  co_return lost;
}

awaitable<caf::error> handle(const services& s, transaction_id id) {
  auto find = [id](persistence::session& db) { return find_open(db, id); };
  AINFT_CO_TRY(open, co_await net::query(s.db, std::move(find)));
  if (!open || !open->has_ended())
    co_return caf::error{};
  const auto cost = co_await cost_on_chain(s, *open);
  auto count = [id, cost](persistence::session& db) { return settle(db, id, cost); };
  auto counted = co_await net::query(s.db, std::move(count));
  co_return counted ? caf::error{} : std::move(counted.error());
}

} // namespace

runtime::follower start_follower(const services& s) {
  runtime::follower_settings settings;
  settings.retries = s.retries;
  settings.name = "sponsorship";
  settings.event_types = {"transaction.transaction_confirmed", "transaction.transaction_failed",
                          "transaction.transaction_expired"};
  settings.handle =
    handle_events_by(s, "recording a transaction's cost failed with an exception",
                     [&s](const followed_event& e) { return handle(s, transaction_id{e.event.entity}); });
  return runtime::start_follower(s.system, s.host.log(), std::move(settings));
}

} // namespace ainft::sponsor
