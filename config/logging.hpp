#pragma once

#include "config/settings.hpp"

namespace ainft::config {

/// Sets up spdlog's default logger on stderr: lines for people, or a JSON object a line (time, level, message, and the requestId
/// and traceId of runtime::log_context where there is one).
void start_logging(const settings& s);

} // namespace ainft::config
