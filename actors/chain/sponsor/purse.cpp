#include "actors/chain/sponsor/purse.hpp"

#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <spdlog/spdlog.h>

#include <atomic>

namespace ainft::sponsor {

namespace {

constexpr std::chrono::minutes remind_every{10};

level level_of(const limits& l, lamports balance) {
  return balance < l.stop_balance ? level::stopped : balance < l.warning_balance ? level::low : level::enough;
}

} // namespace

struct purse::seen {
  seen(caf::actor_system& system, const limits& l) : most{l} {
    gauge = system.metrics().gauge_singleton("ainft", "fee_payer_lamports", "Balance of the fee payer");
    auto* family =
      system.metrics().gauge_family("ainft", "fee_payer_threshold_lamports", {"threshold"},
                                    "Fee payer balances below which the platform raises an alarm, or stops");
    family->get_or_add({{"threshold", "warning"}})->value(static_cast<int64_t>(l.warning_balance.get()));
    family->get_or_add({{"threshold", "stop"}})->value(static_cast<int64_t>(l.stop_balance.get()));
  }

  void take(lamports now) {
    balance = now.get();
    gauge->value(static_cast<int64_t>(now.get()));
    const auto before = at.exchange(level_of(most, now));
    say(before, at, now);
  }

  /// Called only by the thread of the RPC client.
  void say(level before, level after, lamports now) {
    const auto moment = std::chrono::steady_clock::now();
    if (before == after && (after == level::enough || moment - said < remind_every))
      return;
    said = moment;
    if (after == level::stopped)
      spdlog::error(
        "the fee payer holds {} lamports, less than sponsor.stop-balance: the platform prepares no transactions until "
        "you refill it",
        now.str());
    else if (after == level::low)
      spdlog::warn("the fee payer holds {} lamports, less than sponsor.warning-balance: refill it", now.str());
    else if (before != level::unknown)
      spdlog::info("the fee payer holds {} lamports again", now.str());
  }

  const limits most;
  std::atomic<uint64_t> balance{0};
  std::atomic<level> at{level::unknown};
  std::chrono::steady_clock::time_point said{};
  caf::telemetry::int_gauge* gauge = nullptr;
};

purse::purse(caf::actor_system& system, const solana::rpc& chain, const solana::public_key& fee_payer,
             const limits& most)
  : chain_{chain}, fee_payer_{fee_payer}, seen_{std::make_shared<seen>(system, most)} {}

void purse::look() {
  chain_.balance(fee_payer_, [to = seen_](const runtime::result<lamports>& got) {
    if (got)
      to->take(*got);
  });
}

lamports purse::balance() const { return lamports{seen_->balance}; }

level purse::at() const { return seen_->at; }

caf::error purse::refuse_if_stopped() const {
  if (at() != level::stopped)
    return {};
  return runtime::refuse(
    runtime::errc::unavailable,
    "the platform's fee payer is nearly empty; the platform prepares no transactions until an operator refills it");
}

} // namespace ainft::sponsor
