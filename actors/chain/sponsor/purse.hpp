#pragma once

#include "actors/chain/sponsor/limits.hpp"
#include "net/solana/rpc.hpp"
#include "runtime/codec/describe.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace ainft::sponsor {

/// How much the fee payer has left. `unknown` until its balance was read for the first time.
AINFT_ENUM(level, unknown, enough, low, stopped)

/// Watches the fee payer's balance: says in the log and the metrics when it is low. Safe from any thread.
class purse {
public:
  purse(caf::actor_system& system, const solana::rpc& chain, const solana::public_key& fee_payer, const limits& most);

  /// Reads the balance, and returns before it is there. Called regularly.
  void look();

  /// The latest balance that was read.
  [[nodiscard]] lamports balance() const;
  [[nodiscard]] level at() const;

  /// Refuses with errc::unavailable while the balance is below the one to stop at.
  [[nodiscard]] caf::error refuse_if_stopped() const;

private:
  struct seen;
  const solana::rpc& chain_;
  solana::public_key fee_payer_;
  std::shared_ptr<seen> seen_; ///< outlives the purse as long as an answer may come
};

} // namespace ainft::sponsor
