#pragma once

#include "tools/console/commands.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ainft::console {

/// Formats an answer for people: tables, trees and diffs, or JSON if there is no better form. `colour` is for
/// terminals.
[[nodiscard]] std::string shown(const line& asked, const nlohmann::json& answer, bool colour);

/// A problem document as one sentence.
[[nodiscard]] std::string problem_text(const nlohmann::json& problem);

} // namespace ainft::console
