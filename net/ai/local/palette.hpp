#pragma once

#include "net/ai/local/canvas.hpp"
#include "net/ai/local/random.hpp"

namespace ainft::ai::local {

/// What a prompt's words say of a picture's colours, and where they say nothing, the seed.
struct palette {
  colour paper;              ///< the ground
  colour ink;                ///< stands out against it
  std::vector<colour> tones; ///< five, in an order in which neighbours go together
  bool is_dark = false;

  /// Between the tones: 0 the first, 1 the last.
  [[nodiscard]] colour at(float t) const {
    const float x = std::clamp(t, 0.0F, 1.0F) * static_cast<float>(tones.size() - 1);
    const auto i = std::min(static_cast<size_t>(x), tones.size() - 2);
    return mix(tones[i], tones[i + 1], x - static_cast<float>(i));
  }
  [[nodiscard]] colour any(randomness& r) const { return tones[r.below(static_cast<uint32_t>(tones.size()))]; }
};

/// `words` are in lower case.
[[nodiscard]] palette choose_palette(const std::vector<std::string>& words, randomness& r);

} // namespace ainft::ai::local
