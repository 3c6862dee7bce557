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

/// What a supervisor does with its other children when a child fails (Erlang/OTP, supervisor(3)). With one_for_one,
/// nothing. With rest_for_one, it ends the children that were started after the failed one, and starts them again after
/// it.
AINFT_ENUM(strategy, one_for_one, rest_for_one)

/// How a supervisor handles failures. If more than `most_restarts` failures occur within `period`, the supervisor ends
/// its children and fails, so that its own supervisor decides. Before a restart it waits for `first_pause`, which
/// doubles up to `longest_pause`. A `period` without a failure resets the pause.
struct supervisor_settings {
  std::string name;
  runtime::strategy strategy = strategy::one_for_one;
  uint32_t most_restarts = 10;
  std::chrono::milliseconds period{60'000};
  std::chrono::milliseconds first_pause{100}, longest_pause{10'000};
  std::string about; ///< describes the supervisor's purpose, for operators
};

AINFT_ENUM(child_state, running, waiting, failed, ended)

/// The supervision tree as data. `children` is empty if the node is no supervisor.
struct supervised {
  std::string name;
  bool is_supervisor = false;
  std::optional<runtime::strategy> strategy;
  child_state state = child_state::running;
  uint64_t restarts = 0;
  std::optional<std::string> last_failure;
  std::optional<time_point> failed_at;
  std::optional<uint64_t> actor; ///< actor id on its node
  std::string about;
  std::vector<supervised> children;
};
AINFT_DESCRIBE(supervised, (name, about("The part's name in its supervisor; at the root, the node's name.")),
               (is_supervisor, about("Whether it is a supervisor, which has children.")),
               (strategy, about("What it does with its other children when one fails. Absent if it is no supervisor.")),
               (state, about("`waiting`: it starts again after a pause. `failed`: it was given up. `ended`: it was "
                             "stopped.")),
               (restarts, about("How often it was restarted after a failure.")),
               (last_failure, about("Why it failed the last time.")), (failed_at, about("When that was.")),
               (actor, about("The id of its actor on the node, while it runs.")),
               (about, about("What it does. Empty if nothing is to be said.")),
               (children, about("Its parts, in the order of their start.")))
AINFT_ABOUT(supervised, "A part of a node that a supervisor keeps alive, and its own parts.")

/// Keeps actors and other supervisors alive. It starts children in the order of their addition, and ends them in
/// reverse order. Safe from any thread, except from a child's starter.
class supervisor {
public:
  using starter = std::function<caf::actor()>;

  /// The root of a tree. It calls `on_collapse` from a CAF worker when it gives up.
  supervisor(caf::actor_system& system, const clock& time, supervisor_settings settings,
             std::function<void(const std::string& why)> on_collapse);
  /// Ends all children.
  ~supervisor();
  supervisor(const supervisor&) = delete;
  supervisor& operator=(const supervisor&) = delete;

  /// Starts a child, and restarts it whenever it fails or ends. First ends an existing child of the same name.
  caf::actor add(std::string name, starter start);

  /// Adds a supervisor below this one. It lives as long as this one.
  supervisor& add(supervisor_settings settings);

  /// Ends a child permanently.
  void end(std::string_view name);

  /// Restarts a child at once. Returns false if there is no such child or if this supervisor is closed. Does not count
  /// as a failure.
  bool restart(std::string_view name);

  /// Ends all children, and starts no more.
  void close();

  [[nodiscard]] supervised tree() const;

  /// Restarts the supervisor or child at a path such as "followers/settlement": see restart().
  bool restart_at(std::string_view path);

private:
  class impl;
  explicit supervisor(std::shared_ptr<impl> made);
  std::shared_ptr<impl> impl_;
};

} // namespace ainft::runtime
