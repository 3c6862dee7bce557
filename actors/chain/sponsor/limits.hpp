#pragma once

#include "actors/money.hpp"

#include <chrono>

namespace ainft::sponsor {

/// The limits of the fee payer's spending for others in one UTC day. Below `warning_balance` the platform logs a
/// warning; below `stop_balance` it prepares no more transactions.
struct limits {
  lamports of_user{100'000'000};
  lamports of_studio{200'000'000};
  lamports of_all{5'000'000'000};
  lamports warning_balance{1'000'000'000};
  lamports stop_balance{100'000'000};
  std::chrono::milliseconds look_every{10'000}; ///< interval at which the platform reads the balance
};

} // namespace ainft::sponsor
