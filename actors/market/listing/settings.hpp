#pragma once

#include "config/section.hpp"

#include <caf/timespan.hpp>

namespace ainft::listing {

struct settings {
  caf::timespan payment_window = std::chrono::hours{24};
  caf::timespan approval_window = std::chrono::hours{1};
  uint32_t max_raise = 10;
  caf::timespan balance_age = std::chrono::seconds{5};
  uint64_t least_price = 1'000'000; ///< lamports
};
AINFT_SETTINGS(settings) {
  using namespace std::chrono;
  f("payment-window", x.payment_window, "time for an auction's winner to pay");
  f("approval-window", x.approval_window, "time for a seller to sign the approval of a listing");
  f("max-raise", x.max_raise,
    "maximum ratio of a bid to the previous bid, or to the reserve; applies to auctions that start from now on",
    config::between(2, 1'000'000));
  f("balance-age", x.balance_age, "maximum age of a cached wallet balance of a bidder",
    config::between(seconds{0}, minutes{1}));
  f("least-price", x.least_price, "minimum fixed price, and minimum reserve of an auction, in lamports",
    config::at_least(1));
}

} // namespace ainft::listing
