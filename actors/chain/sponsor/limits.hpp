#pragma once

#include "actors/money.hpp"

#include <chrono>

namespace ainft::sponsor {

/// What the fee payer may spend on others in a UTC day, and the balances below which it raises an alarm and stops.
struct limits {
  lamports of_user{100'000'000};
  lamports of_studio{200'000'000};
  lamports of_all{5'000'000'000};
  lamports warning_balance{1'000'000'000};
  lamports stop_balance{100'000'000};
  std::chrono::milliseconds look_every{10'000}; ///< how often the balance is read
};

} // namespace ainft::sponsor
