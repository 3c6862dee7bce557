#pragma once

#include "config/settings.hpp"
#include "persistence/broadcast.hpp"
#include "persistence/membership.hpp"
#include "runtime/adjusted_clock.hpp"
#include "runtime/cluster/router.hpp"
#include "runtime/cluster/singletons.hpp"

namespace ainft {

/// This node's membership in a cluster: the shards that it owns, its links to the other nodes, and its row in the
/// membership table.
class cluster_node {
public:
  /// Calls `on_death` once, when the other nodes have declared this node dead. `on_death` must not wait for this
  /// object.
  cluster_node(caf::actor_system& system, const config::settings& from, runtime::cluster::router& entities,
               runtime::cluster::singletons& singles, runtime::adjusted_clock& time,
               std::function<void(const std::string&)> on_death);
  ~cluster_node();

  [[nodiscard]] const runtime::cluster::local_shards& shards() const noexcept { return shards_; }
  [[nodiscard]] std::vector<runtime::cluster::links::state> links() const { return links_.all(); }

  /// Broadcasts between the nodes, beside their messages. They begin in join().
  [[nodiscard]] persistence::broadcast& broadcast() noexcept { return broadcast_; }

  /// Calls `f` with each placement, in the keeper's thread. Call it before join().
  void listen(std::function<void(const runtime::cluster::placement&)> f) { shards_.listen(std::move(f)); }

  /// Listens for the other nodes and joins the cluster. `host` has this node's entities. Throws std::runtime_error with
  /// one sentence.
  void join(runtime::entity_host& host, const std::string& http_url);

  /// Moves this node's entities to the other nodes, for up to `patience`. The node still serves its clients.
  void leave(std::chrono::milliseconds patience) { keeper_->leave(patience); }

  /// Starts leave() and does not wait.
  void begin_leaving() { keeper_->begin_leaving(); }

  void stop();

private:
  runtime::cluster::link_events link_events_of();

  const config::settings& settings_;
  runtime::cluster::local_shards shards_;
  runtime::cluster::router& entities_;
  runtime::cluster::singletons& singles_;
  runtime::adjusted_clock& clock_;
  std::function<void(const std::string&)> on_death_;
  runtime::cluster::links links_;
  persistence::broadcast broadcast_;
  std::unique_ptr<persistence::membership_keeper> keeper_;
  uint64_t said_ = 0; ///< the epoch that was last logged
};

/// The node's name from the settings; by default, its host and port.
[[nodiscard]] std::string node_name(const config::settings& s);

} // namespace ainft
