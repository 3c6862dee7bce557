#pragma once

#include "runtime/cluster/here.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <mutex>

namespace ainft::runtime::cluster {

/// What runs once in the whole cluster: each on the node that the placement names, as long as that node's lease holds. Another node begins when every other one has
/// said that it runs nothing that is not its own. Safe from any thread.
class singletons {
public:
  /// Starts it; what it gives back ends it.
  using starter = std::function<std::function<void()>()>;

  explicit singletons(caf::actor_system& system) : system_{system} {}

  void add(std::string name, starter start);

  /// Starts all of them here: for a node that is alone.
  void start_alone();

  /// Starts and ends them as the placement says, from now on.
  void follow(const here& self);

  /// Ends what is not to run here any more.
  void end_strangers();

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
    std::function<void()> end; ///< while it runs
  };

  void look();
  [[nodiscard]] bool is_mine(const entry& e) const;
  static void end(entry& e);

  caf::actor_system& system_;
  const here* self_ = nullptr;
  caf::actor ticker_;
  mutable std::mutex mutex_;
  std::vector<entry> all_;
  bool ended_ = false;
};

} // namespace ainft::runtime::cluster
