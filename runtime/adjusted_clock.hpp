#pragma once

#include "runtime/values.hpp"

#include <atomic>

namespace ainft::runtime {

/// This machine's clock, put right by what a better one said. Safe from any thread.
class adjusted_clock final : public clock {
public:
  [[nodiscard]] time_point now() const override { return system_clock().now() + ahead(); }

  /// By how much the better clock is ahead of this machine's.
  [[nodiscard]] std::chrono::microseconds ahead() const noexcept { return std::chrono::microseconds{ahead_.load(std::memory_order_relaxed)}; }
  void set_ahead(std::chrono::microseconds by) noexcept { ahead_.store(by.count(), std::memory_order_relaxed); }

private:
  std::atomic<int64_t> ahead_{0};
};

} // namespace ainft::runtime
