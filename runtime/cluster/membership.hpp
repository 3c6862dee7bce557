#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ainft::runtime::cluster {

/// What a node does for the cluster. Each node may do several things.
AINFT_ENUM(role, front, entities, workers)

/// Where a node stands. A node that is `dead` never comes back: its process begins anew, as another node.
AINFT_ENUM(standing, active, leaving, dead)

/// A node as the membership table has it.
struct member {
  uuid node; ///< of one life of one process
  std::string name;
  std::string host; ///< for CAF's remoting
  uint16_t port = 0;
  std::vector<role> roles;
  standing at = standing::active;
  uint64_t joined_epoch = 0;
  uint64_t settled_epoch = 0; ///< it holds nothing that is another node's, as of this epoch
  time_point started_at;
  std::string http_url;
  std::string version;

  [[nodiscard]] bool has(role r) const noexcept;
};

/// Who is in the cluster. Each change of who serves what has a new epoch.
struct membership {
  uint64_t epoch = 0;
  std::vector<member> members; ///< not the dead ones; by node

  [[nodiscard]] const member* find(const uuid& node) const noexcept;
};

} // namespace ainft::runtime::cluster
