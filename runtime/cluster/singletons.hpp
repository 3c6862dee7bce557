#pragma once

#include "runtime/cluster/local_shards.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <mutex>

namespace ainft::runtime::cluster {

/// Tasks that run once in the whole cluster. The placement selects a node for each task; the node runs the task while
/// its lease is valid. Before another node starts the task, it waits until every other node is settled, for at most
/// local_shards::handover_patience. Safe from any thread.
class singletons {
public:
  /// Starts a task and returns the function that ends it.
  using starter = std::function<std::function<void()>()>;

  explicit singletons(caf::actor_system& system) : system_{system} {}

  void add(std::string name, starter start);

  /// Starts all tasks on this node: for a single node.
  void start_alone();

  /// From now on, starts and ends the tasks as the placement says.
  void follow(const local_shards& self);

  /// Ends the tasks that no longer belong on this node.
  void end_foreign();

  struct state {
    std::string name;
    bool runs_here;
  };
  [[nodiscard]] std::vector<state> all() const;

  void end_all();

private:
  struct entry {
    std::string name;
    starter start;
    std::function<void()> end; ///< set while the task runs
  };

  void look();
  [[nodiscard]] bool is_mine(const entry& e) const;
  static void end(entry& e);

  caf::actor_system& system_;
  const local_shards* self_ = nullptr;
  caf::actor ticker_;
  mutable std::mutex mutex_;
  std::vector<entry> all_;
  bool ended_ = false;
};

} // namespace ainft::runtime::cluster
