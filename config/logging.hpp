#pragma once

#include "config/settings.hpp"

namespace ainft::config {

/// Sets up spdlog's default logger on stderr: lines for people, or one JSON object per line (time, level, message, and
/// the requestId and traceId of runtime::log_context if they are set).
void start_logging(const settings& s);

} // namespace ainft::config
