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
  f("payment-window", x.payment_window, "how long the winner of an auction has to pay");
  f("approval-window", x.approval_window, "how long a seller has to sign the approval of a listing");
  f("max-raise", x.max_raise,
    "largest bid as a multiple of the previous bid, or of the reserve for the first bid; for auctions that begin from "
    "now on",
    config::between(2, 1'000'000));
  f("balance-age", x.balance_age, "maximum age of the platform's reading of a bidder's balance",
    config::between(seconds{0}, minutes{1}));
  f("least-price", x.least_price, "minimum fixed price, and minimum reserve of an auction, in lamports",
    config::at_least(1));
}

} // namespace ainft::listing
