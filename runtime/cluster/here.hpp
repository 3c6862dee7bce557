#pragma once

#include "runtime/cluster/placement.hpp"

#include <atomic>
#include <bitset>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace ainft::runtime::cluster {

/// This node's place in the cluster: what it owns, and whether it may serve at all. Safe from any thread.
class here {
public:
  using clock = std::chrono::steady_clock;

  explicit here(const uuid& self) : self_{self} {}

  [[nodiscard]] const uuid& self() const noexcept { return self_; }

  /// Who owns what, as this node knows; nothing before the first membership.
  [[nodiscard]] std::shared_ptr<const placement> now() const {
    std::lock_guard guard{now_mutex_};
    return now_;
  }

  /// Whether entities with this id live on this node.
  [[nodiscard]] bool owns(const uuid& id) const;

  /// Whether what this node owns may be started: what it did not own before waits until every other node holds none of it, for handover_patience at the most (after
  /// which the journal's fence decides).
  [[nodiscard]] bool is_open(const uuid& id) const;
  /// The same for all that it owns.
  [[nodiscard]] bool is_open() const;

  /// A lease that is not extended in time ends this node's serving, whatever else it knows: others may have taken over.
  [[nodiscard]] bool may_serve() const noexcept { return clock::now().time_since_epoch().count() < lease_until_.load(std::memory_order_relaxed); }
  void extend_lease(clock::time_point until) noexcept { lease_until_.store(until.time_since_epoch().count(), std::memory_order_relaxed); }
  void end_lease() noexcept { lease_until_.store(0, std::memory_order_relaxed); }

  /// Takes a newer membership. Listeners are called when it changed anything, in this thread, in the order in which they were added.
  void adopt(membership m);
  void listen(std::function<void(const placement&)> f) { listeners_.push_back(std::move(f)); }

  /// The epoch as of which this node holds nothing that is another's.
  [[nodiscard]] uint64_t settled_epoch() const noexcept { return settled_.load(); }
  void settle(uint64_t epoch) noexcept { settled_.store(epoch); }

  static constexpr std::chrono::milliseconds handover_patience{3'000};

private:
  uuid self_;
  // Not std::atomic<std::shared_ptr>: load() of libstdc++ 12 unlocks relaxed, so that its read may come after another thread's write.
  mutable std::mutex now_mutex_;
  std::shared_ptr<const placement> now_;
  std::atomic<clock::rep> lease_until_{0};
  std::atomic<uint64_t> settled_{0};
  std::vector<std::function<void(const placement&)>> listeners_;
  mutable std::mutex mutex_;
  std::bitset<shard_count> open_; ///< shards that are this node's alone
  std::atomic<bool> all_open_{false}; ///< all that it owns, so that nobody locks
  clock::time_point changed_;
};

} // namespace ainft::runtime::cluster
