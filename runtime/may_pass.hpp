#pragma once

#include "runtime/errors.hpp"

namespace ainft::runtime {

/// Whether what was refused with this may go well by itself a little later: the part that serves it is away, moves, or has too much to
/// do. Of errc::outcome_unknown that holds for what may be done twice.
[[nodiscard]] inline bool may_pass(const caf::error& error) {
  const auto code = explain(error).code;
  return code == errc::unavailable || code == errc::append_conflict || code == errc::moved || code == errc::outcome_unknown || code == errc::rate_limited;
}

} // namespace ainft::runtime
