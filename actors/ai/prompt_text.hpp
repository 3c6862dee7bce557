#pragma once

#include "runtime/text.hpp"

namespace ainft::ai {

/// What a model is asked for: of a job, and what a template becomes.
using prompt_text = runtime::paragraph_text<0, 4000>;

constexpr uint32_t most_template_versions = 100; ///< of one template

} // namespace ainft::ai
