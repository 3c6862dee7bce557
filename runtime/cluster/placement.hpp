#pragma once

#include "runtime/cluster/membership.hpp"

#include <array>
#include <optional>

namespace ainft::runtime::cluster {

/// Entities are placed by shards: an id is always in the same one.
constexpr size_t shard_count = 1024;

/// The shard of an id, below shard_count. The same in every version: nodes of two versions must agree.
[[nodiscard]] size_t shard_of(const uuid& id) noexcept;

/// Who owns what, as one membership says: rendezvous hashing (Thaler and Ravishankar, 1998), so that a node which comes or goes moves no more than its own part.
class placement {
public:
  explicit placement(membership of);

  /// The owner of a shard: an active node with the role `entities`; none if there is none.
  [[nodiscard]] const member* owner_of(size_t shard) const noexcept;
  [[nodiscard]] const member* owner_of(const uuid& id) const noexcept { return owner_of(shard_of(id)); }

  /// The active node with the role `workers` on which a singleton runs.
  [[nodiscard]] const member* owner_of(std::string_view singleton) const noexcept;

  /// Every node but `except` holds nothing that is another's, as of this epoch.
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
