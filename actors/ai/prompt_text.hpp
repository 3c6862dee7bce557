#pragma once

#include "runtime/text.hpp"

namespace ainft::ai {

/// What a model is asked for: of a job, and what a template becomes.
using prompt_text = runtime::paragraph_text<0, 4000>;

} // namespace ainft::ai
