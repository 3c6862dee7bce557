#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

namespace ainft::runtime {

/// Backpressure of one journal writer: how many appends wait, and for how long. Entities read it without sending the
/// writer a message. Safe from any thread.
class append_queue {
public:
  using clock = std::chrono::steady_clock;

  explicit append_queue(size_t limit = 10'000) : limit_{limit} {}

  /// Whether the limit is reached, so that no caller may send another append. Concurrent callers can each exceed it by
  /// one.
  [[nodiscard]] bool is_full() const noexcept { return waiting_.load(std::memory_order_relaxed) >= limit_; }
  [[nodiscard]] size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

  /// How long the oldest append of the current transaction has waited; zero if there is no transaction.
  [[nodiscard]] std::chrono::microseconds age() const noexcept {
    const auto since = oldest_.load(std::memory_order_relaxed);
    if (since == 0)
      return {};
    return std::chrono::duration_cast<std::chrono::microseconds>(
      std::max(clock::now().time_since_epoch() - clock::duration{since}, clock::duration{0}));
  }

  /// Call enter() before you send an append. The writer calls leave() when it answers one.
  void enter() noexcept { waiting_.fetch_add(1, std::memory_order_relaxed); }
  void leave() noexcept { waiting_.fetch_sub(1, std::memory_order_relaxed); }

  /// The writer calls begin() with the send time of its oldest append when it starts a batch, and end() after the
  /// batch.
  void begin(clock::time_point oldest) noexcept {
    oldest_.store(oldest.time_since_epoch().count(), std::memory_order_relaxed);
  }
  void end() noexcept { oldest_.store(0, std::memory_order_relaxed); }

private:
  size_t limit_;
  std::atomic<size_t> waiting_{0};
  std::atomic<clock::rep> oldest_{0};
};

} // namespace ainft::runtime
