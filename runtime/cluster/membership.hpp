#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ainft::runtime::cluster {

/// The duties of a node. Each node can have several.
AINFT_ENUM(role, front, entities, workers)

/// The state of a node. A `dead` node never returns: its process must start again as a new node.
AINFT_ENUM(standing, active, leaving, dead)

/// A node in the membership table.
struct member {
  uuid node; ///< identifies one life of one process
  std::string name;
  std::string host; ///< for CAF's remoting
  uint16_t port = 0;
  std::vector<role> roles;
  standing at = standing::active;
  uint64_t joined_epoch = 0;
  uint64_t settled_epoch = 0; ///< the latest epoch for which it has released everything that other nodes own
  time_point started_at;
  std::string http_url;
  std::string version;

  [[nodiscard]] bool has(role r) const noexcept;
};

/// The members of the cluster. Each change of the placement has a new epoch.
struct membership {
  uint64_t epoch = 0;
  std::vector<member> members; ///< ordered by node; without dead ones

  [[nodiscard]] const member* find(const uuid& node) const noexcept;
};

} // namespace ainft::runtime::cluster
