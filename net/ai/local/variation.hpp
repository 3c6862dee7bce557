#pragma once

#include "net/ai/local/palette.hpp"
#include "net/ai/local/picture.hpp"

namespace ainft::ai::local {

/// Makes a variation of a picture. Its forms are distorted along a flow field, and its light and shade get the colors
/// that the words and the seed determine. `strength` 0 keeps the picture, 1 keeps none of its own colors. `go_on` is as
/// for enlarge().
[[nodiscard]] picture vary(const picture& from, const std::vector<std::string>& words, uint64_t seed, float strength,
                           const std::function<bool(float)>& go_on);

} // namespace ainft::ai::local
