#pragma once

#include "actors/money.hpp"
#include "config/section.hpp"

#include <caf/timespan.hpp>

namespace ainft::sponsor {

/// The limits of the fee payer's spending for others in one UTC day. Below `warning_balance` the platform logs a
/// warning; below `stop_balance` it prepares no more transactions.
struct limits {
  lamports of_user{100'000'000};
  lamports of_studio{200'000'000};
  lamports of_all{5'000'000'000};
  lamports warning_balance{1'000'000'000};
  lamports stop_balance{100'000'000};
};

/// Amounts are in lamports.
struct settings {
  uint64_t daily_lamports_user = sponsor::limits{}.of_user.get();
  uint64_t daily_lamports_studio = sponsor::limits{}.of_studio.get();
  uint64_t daily_lamports_all = sponsor::limits{}.of_all.get();
  uint64_t warning_balance = sponsor::limits{}.warning_balance.get();
  uint64_t stop_balance = sponsor::limits{}.stop_balance.get();
  caf::timespan look_every = std::chrono::seconds{10};

  [[nodiscard]] sponsor::limits limits() const {
    return {lamports{daily_lamports_user}, lamports{daily_lamports_studio}, lamports{daily_lamports_all},
            lamports{warning_balance}, lamports{stop_balance}};
  }
  void check(const config::requirement& need) const {
    need(stop_balance <= warning_balance, "stop-balance", "must be at most sponsor.warning-balance");
  }
};
AINFT_SETTINGS(settings) {
  using namespace std::chrono;
  f("daily-lamports-user", x.daily_lamports_user,
    "maximum lamports that the fee payer spends for one user per UTC day; 0 for nothing");
  f("daily-lamports-studio", x.daily_lamports_studio,
    "maximum lamports that the fee payer spends for the mints of one studio per UTC day; 0 for nothing");
  f("daily-lamports-all", x.daily_lamports_all,
    "maximum lamports that the fee payer spends for all users together per UTC day; 0 for nothing");
  f("warning-balance", x.warning_balance,
    "balance of the fee payer in lamports below which the platform logs a warning");
  f("stop-balance", x.stop_balance,
    "balance of the fee payer, in lamports, below which the platform prepares no transactions");
  f("look-every", x.look_every, "interval between readings of the fee payer's balance",
    config::between(milliseconds{100}, minutes{10}));
}

} // namespace ainft::sponsor
