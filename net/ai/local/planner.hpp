#pragma once

#include "net/ai/conversation.hpp"

namespace ainft::ai::local {

/// An agent's next step without a model: by rules, from the goal's words and what came of the steps before. Woken for an NFT that was minted it offers it for sale, at
/// the price in the goal ("for 2.5 SOL", else 1 SOL); otherwise it has a picture made of the goal, then its metadata, then the draft of an NFT of both;
/// each as far as there is a tool for it. In the end, or when a step did not work out, it says so. The same input, the same step.
[[nodiscard]] plan plan_next(std::string_view goal, const conversation& talk, uint32_t seed);

} // namespace ainft::ai::local
