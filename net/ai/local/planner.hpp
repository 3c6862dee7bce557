#pragma once

#include "net/ai/conversation.hpp"

namespace ainft::ai::local {

/// Plans an agent's next step by rules instead of a model, from the goal's words and the results of the earlier steps.
/// If the run began because an NFT was minted, offers it for sale at the goal's price ("for 2.5 SOL"; default 1 SOL).
/// Otherwise creates a picture from the goal, then metadata, then a draft of an NFT from both. Skips steps without a
/// tool. At the end, or after a failed step, returns a plan with text only. The same input gives the same step.
[[nodiscard]] plan plan_next(std::string_view goal, const conversation& talk, uint32_t seed);

} // namespace ainft::ai::local
