#pragma once

#include "net/ai/local/canvas.hpp"
#include "net/ai/local/random.hpp"

namespace ainft::ai::local {

/// A picture's colors. The prompt's words determine them; the seed decides the rest.
struct palette {
  colour paper;              ///< the ground
  colour ink;                ///< contrasts with the paper
  std::vector<colour> tones; ///< five, ordered so that neighbors harmonize
  bool is_dark = false;

  /// Interpolates between the tones: 0 is the first, 1 the last.
  [[nodiscard]] colour at(float t) const {
    const float x = std::clamp(t, 0.0F, 1.0F) * static_cast<float>(tones.size() - 1);
    const auto i = std::min(static_cast<size_t>(x), tones.size() - 2);
    return mix(tones[i], tones[i + 1], x - static_cast<float>(i));
  }
  [[nodiscard]] colour any(randomness& r) const { return tones[r.below(static_cast<uint32_t>(tones.size()))]; }
};

/// `words` must be in lower case.
[[nodiscard]] palette choose_palette(const std::vector<std::string>& words, randomness& r);

} // namespace ainft::ai::local
