#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace ainft::runtime {

/// What happens to a supervisor's other children when one of them fails (Erlang/OTP, supervisor(3)): nothing (one_for_one), or those that
/// were started after it are ended, and started again after it (rest_for_one).
AINFT_ENUM(strategy, one_for_one, rest_for_one)

/// How a supervisor goes about failures. More than `most_restarts` within `period` are too many: it ends its children and fails itself, so that whoever is above it
/// decides. Before a restart it waits, `first_pause` at first and twice as long each time, until `period` has passed without a failure.
struct supervisor_settings {
  std::string name;
  runtime::strategy strategy = strategy::one_for_one;
  uint32_t most_restarts = 10;
  std::chrono::milliseconds period{60'000};
  std::chrono::milliseconds first_pause{100}, longest_pause{10'000};
  std::string about; ///< for operators: what belongs here
};

AINFT_ENUM(child_state, running, waiting, failed, ended)

/// The tree of supervision as data. `children` is empty for what is no supervisor.
struct supervised {
  std::string name;
  bool is_supervisor = false;
  std::optional<runtime::strategy> strategy;
  child_state state = child_state::running;
  uint64_t restarts = 0;
  std::optional<std::string> last_failure;
  std::optional<time_point> failed_at;
  std::optional<uint64_t> actor; ///< its id on its node
  std::string about;
  std::vector<supervised> children;
};
AINFT_DESCRIBE(supervised, name, is_supervisor, strategy, state, restarts, last_failure, failed_at, actor, about,
               children)

/// Keeps actors alive, and other supervisors. Children are started in the order in which they are added and ended in the opposite one. Safe from any thread, except
/// from a child's starter.
class supervisor {
public:
  using starter = std::function<caf::actor()>;

  /// The top of a tree. `on_collapse` is called, from one of CAF's workers, when it gives up.
  supervisor(caf::actor_system& system, const clock& time, supervisor_settings settings, std::function<void(const std::string& why)> on_collapse);
  /// Ends all children.
  ~supervisor();
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;

  /// Starts a child, and starts it again whenever it fails. One of the same name is ended before.
  caf::actor add(std::string name, starter start);

  /// Adds a supervisor below this one; it lives as long.
  supervisor& add(supervisor_settings settings);

  /// Ends a child for good.
  void end(std::string_view name);

  /// Ends a child, so that it is started again at once; false if there is none that runs. Does not count as a failure.
  bool restart(std::string_view name);

  /// Ends all children; nothing is started any more.
  void close();

  [[nodiscard]] supervised tree() const;

  /// The supervisor or child at "followers/settlement" is restarted: see restart.
  bool restart_at(std::string_view path);

private:
  class impl;
  explicit supervisor(std::shared_ptr<impl> made);
  std::shared_ptr<impl> impl_;
};

} // namespace ainft::runtime
