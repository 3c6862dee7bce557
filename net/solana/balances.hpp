#pragma once

#include "net/await.hpp"
#include "net/solana/rpc.hpp"

namespace ainft::solana {

/// The balances of wallets, read from the chain a short time ago.
///
/// Readings are cached in memory. A caller says how old a reading may be. Wallets that are requested at the same time
/// share one RPC call, and there is never more than one reading of a wallet at a time. The numbers of running calls,
/// waiting wallets and cached readings are bounded. Safe from any thread.
class balances {
public:
  using time = std::chrono::steady_clock::time_point;

  struct limits {
    size_t kept = 100'000;                  ///< cached readings
    size_t calls = 4;                       ///< concurrent calls of the reader, each for up to 100 wallets
    size_t waiting = 400;                   ///< wallets that wait for a call
    std::chrono::milliseconds pause{1'000}; ///< no calls for this long after a failed call
  };

  /// Reads the balances of at most 100 wallets from the chain; see rpc::balances.
  using reader = std::function<void(const std::vector<public_key>& wallets, rpc::receiver<std::vector<lamports>> done)>;

  explicit balances(reader read) : balances{std::move(read), limits{}, &std::chrono::steady_clock::now} {}
  balances(reader read, limits bounds, std::function<time()> now);

  /// Returns the balance of `wallet` from a reading that is at most `max_age` old. If the reading is older than half of
  /// `max_age`, also requests a new one in the background. Refuses with errc::unavailable if too many wallets wait or a
  /// call has just failed, and with the reader's error if the call fails.
  [[nodiscard]] net::asio::awaitable<result<lamports>> of(wallet_address wallet, std::chrono::milliseconds max_age);

  /// The same, but a balance below `amount` is read again if it is older than a second, because the wallet may have
  /// been funded since.
  [[nodiscard]] net::asio::awaitable<result<lamports>> of(wallet_address wallet, lamports amount,
                                                          std::chrono::milliseconds max_age);

private:
  struct impl;
  std::shared_ptr<impl> impl_; ///< shared with running calls
};

} // namespace ainft::solana
