#pragma once

#include "runtime/errors.hpp"

namespace ainft::runtime {

/// Whether a failure is transient: a later retry can succeed, because the serving part is unavailable, moving or
/// overloaded, or because another writer was first. For errc::outcome_unknown this holds only if the operation is
/// idempotent.
[[nodiscard]] inline bool is_transient(const caf::error& error) {
  const auto code = explain(error).code;
  return code == errc::unavailable || code == errc::append_conflict || code == errc::moved
         || code == errc::outcome_unknown || code == errc::rate_limited;
}

} // namespace ainft::runtime
