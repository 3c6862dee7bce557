#pragma once

#include "runtime/journal.hpp"

#include <variant>

namespace ainft::runtime {

/// What `decide` and `project` get besides the state and the command or event.
struct decision_context {
  time_point now;
  const principal& who;
  uint64_t version = 0; ///< of the entity after the projected event; 0 in `decide`
};

/// Returns errc::forbidden unless the platform itself gives the command.
[[nodiscard]] inline caf::error refuse_not_platform(const decision_context& context) {
  return context.who.is_platform() ? caf::error{} : refuse(errc::forbidden, "only the platform may give this command");
}

} // namespace ainft::runtime
