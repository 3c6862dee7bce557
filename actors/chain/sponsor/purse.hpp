#pragma once

#include "actors/chain/sponsor/settings.hpp"
#include "net/solana/rpc.hpp"
#include "runtime/codec/describe.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace ainft::sponsor {

/// The level of the fee payer's balance; `unknown` until the first reading.
AINFT_ENUM(level, unknown, enough, low, stopped)

/// Watches the fee payer's balance. Reports a low balance in the log and the metrics. Safe from any thread.
class purse {
public:
  purse(caf::actor_system& system, const solana::rpc& chain, const solana::public_key& fee_payer, const limits& most);

  /// Starts to read the balance and returns at once. Call it regularly.
  void look();

  /// The latest reading; 0 before the first one.
  [[nodiscard]] lamports balance() const;
  [[nodiscard]] level at() const;

  /// Refuses with errc::unavailable if the balance is below `stop_balance`.
  [[nodiscard]] caf::error refuse_if_stopped() const;

private:
  struct seen;
  const solana::rpc& chain_;
  solana::public_key fee_payer_;
  std::shared_ptr<seen> seen_; ///< shared with pending RPC calls, which may outlive the purse
};

} // namespace ainft::sponsor
