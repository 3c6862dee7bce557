#pragma once

#include "runtime/values.hpp"

#include <atomic>

namespace ainft::runtime {

/// The clock of this machine, corrected by its offset from a reference clock. Safe from any thread.
class adjusted_clock final : public clock {
public:
  [[nodiscard]] time_point now() const override { return system_clock().now() + ahead(); }

  /// The reference clock's lead over this machine's clock; negative if it is behind.
  [[nodiscard]] std::chrono::microseconds ahead() const noexcept {
    return std::chrono::microseconds{ahead_.load(std::memory_order_relaxed)};
  }
  void set_ahead(std::chrono::microseconds by) noexcept { ahead_.store(by.count(), std::memory_order_relaxed); }

private:
  std::atomic<int64_t> ahead_{0};
};

} // namespace ainft::runtime
