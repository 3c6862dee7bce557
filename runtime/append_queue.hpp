#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>

namespace ainft::runtime {

/// How much waits for a journal writer, and for how long, as entities may know without asking it. Safe from any thread.
class append_queue {
public:
  using clock = std::chrono::steady_clock;

  explicit append_queue(size_t limit = 10'000) : limit_{limit} {}

  /// Whether no more may be given to the writer. Those who ask at the same time may exceed the limit by one each.
  [[nodiscard]] bool is_full() const noexcept { return waiting_.load(std::memory_order_relaxed) >= limit_; }
  [[nodiscard]] size_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }

  /// How long the oldest append of the transaction under way has waited by now; zero while there is none.
  [[nodiscard]] std::chrono::microseconds age() const noexcept {
    const auto since = oldest_.load(std::memory_order_relaxed);
    if (since == 0)
      return {};
    return std::chrono::duration_cast<std::chrono::microseconds>(std::max(clock::now().time_since_epoch() - clock::duration{since}, clock::duration{0}));
  }

  /// An append is on its way to the writer; one was answered.
  void enter() noexcept { waiting_.fetch_add(1, std::memory_order_relaxed); }
  void leave() noexcept { waiting_.fetch_sub(1, std::memory_order_relaxed); }

  /// The writer begins with appends of which the oldest was sent at `oldest`, and is done with them.
  void begin(clock::time_point oldest) noexcept { oldest_.store(oldest.time_since_epoch().count(), std::memory_order_relaxed); }
  void end() noexcept { oldest_.store(0, std::memory_order_relaxed); }

private:
  size_t limit_;
  std::atomic<size_t> waiting_{0};
  std::atomic<clock::rep> oldest_{0};
};

} // namespace ainft::runtime
