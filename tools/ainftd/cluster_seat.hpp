#pragma once

#include "config/settings.hpp"
#include "persistence/broadcast.hpp"
#include "persistence/membership.hpp"
#include "runtime/adjusted_clock.hpp"
#include "runtime/cluster/router.hpp"
#include "runtime/cluster/singletons.hpp"

namespace ainft {

/// This node's seat in a cluster: what it owns, its links to the others, its place in the membership table, put together.
class cluster_seat {
public:
  /// `on_death` is called once, when the others have declared this node dead. It must not wait for this object.
  cluster_seat(caf::actor_system& system, const config::settings& from, runtime::cluster::router& entities, runtime::cluster::singletons& singles,
               runtime::adjusted_clock& time, std::function<void(const std::string&)> on_death);
  ~cluster_seat();

  [[nodiscard]] const runtime::cluster::here& here() const noexcept { return here_; }
  [[nodiscard]] std::vector<runtime::cluster::links::state> links() const { return links_.all(); }

  /// What nodes tell each other beside their messages; it begins when this node joins.
  [[nodiscard]] persistence::broadcast& words() noexcept { return words_; }

  /// Has `f` called with each placement, from the keeper's thread. Before join().
  void listen(std::function<void(const runtime::cluster::placement&)> f) { here_.listen(std::move(f)); }

  /// Listens for the others and joins; `host` is where this node's entities live. Throws std::runtime_error with one sentence.
  void join(runtime::entity_host& host, const std::string& http_url);

  /// Serves no more entities: has them move to the others, while this node's clients still are served.
  void leave(std::chrono::milliseconds patience) { keeper_->leave(patience); }

  /// Begins that, and does not wait.
  void begin_leaving() { keeper_->begin_leaving(); }

  void stop();

private:
  runtime::cluster::link_events link_events_of();

  const config::settings& settings_;
  runtime::cluster::here here_;
  runtime::cluster::router& entities_;
  runtime::cluster::singletons& singles_;
  runtime::adjusted_clock& clock_;
  std::function<void(const std::string&)> on_death_;
  runtime::cluster::links links_;
  persistence::broadcast words_;
  std::unique_ptr<persistence::membership_keeper> keeper_;
  uint64_t said_ = 0; ///< epoch that was logged
};

/// What the node is called, as the settings say.
[[nodiscard]] std::string node_name(const config::settings& s);

} // namespace ainft
