#pragma once

#include <caf/timespan.hpp>

#include <chrono>

/// Settings have nanoseconds. These functions round them down.
namespace ainft {

[[nodiscard]] inline std::chrono::milliseconds in_ms(caf::timespan t) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(t);
}
[[nodiscard]] inline std::chrono::seconds in_s(caf::timespan t) {
  return std::chrono::duration_cast<std::chrono::seconds>(t);
}

} // namespace ainft
