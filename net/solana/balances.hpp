#pragma once

#include "net/await.hpp"
#include "net/solana/rpc.hpp"

namespace ainft::solana {

/// What wallets hold, as the chain said a moment ago.
///
/// A reading is kept in memory and used until it is too old for whoever asks. Wallets that are read at the same time share one
/// call, and a wallet is never read twice at once. Readings under way, wallets that wait for one, and readings kept are
/// all bounded. Safe from any thread.
class balances {
public:
  using time = std::chrono::steady_clock::time_point;

  struct limits {
    size_t kept = 100'000;                  ///< readings
    size_t calls = 4;                       ///< calls of the reader at once, for up to 100 wallets each
    size_t waiting = 400;                   ///< wallets that wait for a call
    std::chrono::milliseconds pause{1'000}; ///< after a call that failed, nothing is read for this long
  };

  /// Asks the chain what wallets hold, at most 100 of them: rpc::balances.
  using reader = std::function<void(const std::vector<public_key>& wallets, rpc::receiver<std::vector<lamports>> done)>;

  explicit balances(reader read) : balances{std::move(read), limits{}, &std::chrono::steady_clock::now} {}
  balances(reader read, limits bounds, std::function<time()> now);

  /// What `wallet` holds, by a reading that is at most `max_age` old. One that is older than half of that is used and renewed
  /// meanwhile. Refuses with errc::unavailable when the chain does not say, or when too many wallets wait.
  [[nodiscard]] net::asio::awaitable<result<lamports>> of(wallet_address wallet, std::chrono::milliseconds max_age);

  /// The same, but a reading that says less than `amount` is renewed if it is older than a second: the wallet may have been
  /// filled up since.
  [[nodiscard]] net::asio::awaitable<result<lamports>> of(wallet_address wallet, lamports amount,
                                                          std::chrono::milliseconds max_age);

private:
  struct impl;
  std::shared_ptr<impl> impl_; ///< shared with the calls under way
};

} // namespace ainft::solana
