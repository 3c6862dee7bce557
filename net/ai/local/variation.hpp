#pragma once

#include "net/ai/local/palette.hpp"
#include "net/ai/local/picture.hpp"

namespace ainft::ai::local {

/// Another picture from one: its forms drift along currents, and its light and shade take the colours that the words and the seed say, the
/// more the greater `strength` is (0: the picture itself, 1: nothing of its own colours). `go_on` is as for enlarge().
[[nodiscard]] picture vary(const picture& from, const std::vector<std::string>& words, uint64_t seed, float strength,
                           const std::function<bool(float)>& go_on);

} // namespace ainft::ai::local
