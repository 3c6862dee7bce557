#pragma once

#include "runtime/errors.hpp"
#include "runtime/guard.hpp"

#include <caf/message.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <unordered_map>

namespace ainft::runtime {

/// Pending requests by number, each with its receiver and its due time. The table calls each receiver at most once, and
/// never while it holds a lock. Safe from any thread.
class reply_table {
public:
  using receiver = std::function<void(result<caf::message>)>;
  using clock = std::chrono::steady_clock;

  /// `tag` groups requests for fail(). Numbers start at 1.
  uint64_t put(receiver on_reply, clock::time_point due, uint64_t tag = 0) {
    const auto number = next_.fetch_add(1, std::memory_order_relaxed);
    auto& part = part_of(number);
    std::lock_guard guard{part.mutex};
    part.waiting.emplace(number, entry{std::move(on_reply), due, tag});
    return number;
  }

  /// Removes and returns the receiver; empty if the request is no longer pending.
  receiver take(uint64_t number) {
    auto& part = part_of(number);
    std::lock_guard guard{part.mutex};
    const auto it = part.waiting.find(number);
    if (it == part.waiting.end())
      return {};
    auto on_reply = std::move(it->second.on_reply);
    part.waiting.erase(it);
    return on_reply;
  }

  /// Whether the request is still pending.
  [[nodiscard]] bool has(uint64_t number) {
    auto& part = part_of(number);
    std::lock_guard guard{part.mutex};
    return part.waiting.contains(number);
  }

  /// Fails the overdue requests.
  void expire(clock::time_point now, const caf::error& why) {
    end_where([now](const entry& e) { return e.due <= now; }, why);
  }

  /// Fails the requests with this tag.
  void fail(uint64_t tag, const caf::error& why) {
    end_where([tag](const entry& e) { return e.tag == tag; }, why);
  }

  /// Fails all requests.
  void fail_all(const caf::error& why) {
    end_where([](const entry&) { return true; }, why);
  }

private:
  struct entry {
    receiver on_reply;
    clock::time_point due;
    uint64_t tag;
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<uint64_t, entry> waiting;
  };

  part& part_of(uint64_t number) { return parts_[number % parts_.size()]; }

  template <class Predicate>
  void end_where(Predicate over, const caf::error& why) {
    std::vector<receiver> ended;
    for (auto& part : parts_) {
      std::lock_guard guard{part.mutex};
      for (auto it = part.waiting.begin(); it != part.waiting.end();) {
        if (!over(it->second)) {
          ++it;
          continue;
        }
        ended.push_back(std::move(it->second.on_reply));
        it = part.waiting.erase(it);
      }
    }
    for (auto& on_reply : ended) // an exception does not stop the others
      guarded("reply", [&] { on_reply(why); });
  }

  std::atomic<uint64_t> next_{1};
  std::array<part, 16> parts_;
};

} // namespace ainft::runtime
