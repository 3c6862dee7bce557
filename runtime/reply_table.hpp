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

/// Requests under way, by number: who waits for the answer, and until when. Each receiver is called at most once, and outside of any lock. Safe from any thread.
class reply_table {
public:
  using receiver = std::function<void(result<caf::message>)>;
  using clock = std::chrono::steady_clock;

  /// `tag` names what they may be ended together by. Numbers begin with 1.
  uint64_t put(receiver on_reply, clock::time_point due, uint64_t tag = 0) {
    const auto number = next_.fetch_add(1, std::memory_order_relaxed);
    auto& part = part_of(number);
    std::lock_guard guard{part.mutex};
    part.waiting.emplace(number, entry{std::move(on_reply), due, tag});
    return number;
  }

  /// Empty if nobody waits for it any more.
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

  /// Whether somebody still waits.
  [[nodiscard]] bool has(uint64_t number) {
    auto& part = part_of(number);
    std::lock_guard guard{part.mutex};
    return part.waiting.contains(number);
  }

  /// Ends those whose time is up.
  void expire(clock::time_point now, const caf::error& why) {
    end_where([now](const entry& e) { return e.due <= now; }, why);
  }

  /// Ends those with this tag.
  void fail(uint64_t tag, const caf::error& why) {
    end_where([tag](const entry& e) { return e.tag == tag; }, why);
  }

  /// Ends all.
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
    for (auto& on_reply : ended) // one that throws does not keep the others waiting
      guarded("reply", [&] { on_reply(why); });
  }

  std::atomic<uint64_t> next_{1};
  std::array<part, 16> parts_;
};

} // namespace ainft::runtime
