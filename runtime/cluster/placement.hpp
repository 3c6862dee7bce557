#pragma once

#include "runtime/cluster/membership.hpp"

#include <array>
#include <optional>

namespace ainft::runtime::cluster {

/// The number of shards. An id is always in the same shard.
constexpr size_t shard_count = 1024;

/// The shard of an id, below shard_count. It must not change, because nodes of two versions must agree.
[[nodiscard]] size_t shard_of(const uuid& id) noexcept;

/// The owners of shards and singletons for one membership. It uses rendezvous hashing (Thaler and Ravishankar, 1998),
/// so that a node that joins or leaves moves only its own shards.
class placement {
public:
  explicit placement(membership of);

  /// The owner of a shard, an active node with the role `entities`; null if there is no such node.
  [[nodiscard]] const member* owner_of(size_t shard) const noexcept;
  [[nodiscard]] const member* owner_of(const uuid& id) const noexcept { return owner_of(shard_of(id)); }

  /// The active node with the role `workers` on which a singleton runs; null if there is no such node.
  [[nodiscard]] const member* owner_of(std::string_view singleton) const noexcept;

  /// Whether every node except `except` has released everything that it does not own in this epoch.
  [[nodiscard]] bool is_settled(const uuid& except) const noexcept;

  [[nodiscard]] size_t shards_of(const uuid& node) const noexcept;
  [[nodiscard]] const membership& who() const noexcept { return who_; }
  [[nodiscard]] uint64_t epoch() const noexcept { return who_.epoch; }

private:
  static constexpr uint16_t nobody = 0xffff;

  [[nodiscard]] uint16_t choose(uint64_t key, role needed) const noexcept;

  membership who_;
  std::array<uint16_t, shard_count> owners_{}; ///< indices into the members
};

} // namespace ainft::runtime::cluster
