#pragma once

#include "runtime/cluster/placement.hpp"

#include <atomic>
#include <bitset>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace ainft::runtime::cluster {

/// This node's place in the cluster: which shards it owns, and whether it may serve them. Safe from any thread.
class local_shards {
public:
  using clock = std::chrono::steady_clock;

  explicit local_shards(const uuid& self) : self_{self} {}

  [[nodiscard]] const uuid& self() const noexcept { return self_; }

  /// The placement that this node knows; null before the first membership.
  [[nodiscard]] std::shared_ptr<const placement> now() const {
    std::lock_guard guard{now_mutex_};
    return now_;
  }

  /// Whether entities with this id live on this node.
  [[nodiscard]] bool owns(const uuid& id) const;

  /// Whether the entity may start here. A shard that this node has just taken over stays closed until every other node
  /// is settled, for at most `handover_patience`. After that time, the journal's fence prevents concurrent writes.
  [[nodiscard]] bool is_open(const uuid& id) const;
  /// The same for all shards of this node.
  [[nodiscard]] bool is_open() const;

  /// Whether the lease is valid. A node without a lease must not serve, whatever else it knows: others may own its
  /// shards.
  [[nodiscard]] bool may_serve() const noexcept {
    return clock::now().time_since_epoch().count() < lease_until_.load(std::memory_order_relaxed);
  }
  void extend_lease(clock::time_point until) noexcept {
    lease_until_.store(until.time_since_epoch().count(), std::memory_order_relaxed);
  }
  void end_lease() noexcept { lease_until_.store(0, std::memory_order_relaxed); }

  /// Adopts a membership unless it is older or the same. If it differs, calls the listeners in this thread, in the
  /// order in which they were added.
  void adopt(membership m);
  void listen(std::function<void(const placement&)> f) { listeners_.push_back(std::move(f)); }

  /// The latest epoch for which this node has released everything that it does not own.
  [[nodiscard]] uint64_t settled_epoch() const noexcept { return settled_.load(); }
  void settle(uint64_t epoch) noexcept { settled_.store(epoch); }

  static constexpr std::chrono::milliseconds handover_patience{3'000};

private:
  uuid self_;
  // Not std::atomic<std::shared_ptr>: in libstdc++ 12, load() unlocks with relaxed order, so that its read can be
  // reordered after a write of another thread.
  mutable std::mutex now_mutex_;
  std::shared_ptr<const placement> now_;
  std::atomic<clock::rep> lease_until_{0};
  std::atomic<uint64_t> settled_{0};
  std::vector<std::function<void(const placement&)>> listeners_;
  mutable std::mutex mutex_;
  std::bitset<shard_count> open_;     ///< shards that this node owns and may serve
  std::atomic<bool> all_open_{false}; ///< whether all owned shards are open; avoids the lock
  clock::time_point changed_;
};

} // namespace ainft::runtime::cluster
