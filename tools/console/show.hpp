#pragma once

#include "tools/console/commands.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace ainft::console {

/// An answer as people read it: tables, trees and changes; JSON where there is nothing better. `colour` for terminals.
[[nodiscard]] std::string shown(const line& asked, const nlohmann::json& answer, bool colour);

/// A problem document as one sentence.
[[nodiscard]] std::string problem_text(const nlohmann::json& problem);

} // namespace ainft::console
