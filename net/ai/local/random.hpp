#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace ainft::ai::local {

/// A random number generator that gives the same numbers on every machine for the same seed: SplitMix64 (Steele, Lea,
/// Flood 2014).
class randomness {
public:
  explicit randomness(uint64_t seed) : state_{seed} {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  /// From 0 up to, but not including, 1.
  float unit() { return static_cast<float>(next() >> 40) * 0x1p-24F; }
  float between(float low, float high) { return low + (high - low) * unit(); }
  /// From 0 to n - 1.
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }
  bool chance(float p) { return unit() < p; }

private:
  uint64_t state_;
};

/// FNV-1a hash of a text.
[[nodiscard]] constexpr uint64_t hash_of(std::string_view text) {
  uint64_t out = 0xCBF29CE484222325;
  for (const char c : text)
    out = (out ^ static_cast<uint8_t>(c)) * 0x100000001B3;
  return out;
}

/// Smooth two-dimensional gradient noise, about -1 to 1 (Perlin 2002), and sums of it.
class noise_field {
public:
  explicit noise_field(uint64_t seed) : seed_{seed} {}

  [[nodiscard]] float at(float x, float y) const {
    const float fx = std::floor(x), fy = std::floor(y);
    const auto ix = static_cast<int32_t>(fx), iy = static_cast<int32_t>(fy);
    const float u = x - fx, v = y - fy;
    const auto ease = [](float t) { return t * t * t * (t * (t * 6 - 15) + 10); };
    const float su = ease(u), sv = ease(v);
    const float top = std::lerp(slope(ix, iy, u, v), slope(ix + 1, iy, u - 1, v), su);
    const float bottom = std::lerp(slope(ix, iy + 1, u, v - 1), slope(ix + 1, iy + 1, u - 1, v - 1), su);
    return 1.5F * std::lerp(top, bottom, sv);
  }

  /// A sum of octaves. Each has twice the frequency and half the amplitude of the one before.
  [[nodiscard]] float sum(float x, float y, int octaves) const {
    float out = 0, strength = 0.5F;
    for (int i = 0; i < octaves; ++i, strength *= 0.5F, x = x * 2 + 17.3F, y = y * 2 - 9.1F)
      out += strength * at(x, y);
    return out;
  }

private:
  [[nodiscard]] float slope(int32_t ix, int32_t iy, float x, float y) const {
    uint64_t h = seed_ ^ (static_cast<uint64_t>(static_cast<uint32_t>(ix)) << 32 | static_cast<uint32_t>(iy));
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
    static constexpr float gradients[8][2] = {
      {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {.7071F, .7071F}, {-.7071F, .7071F}, {.7071F, -.7071F}, {-.7071F, -.7071F}};
    const auto* g = gradients[(h >> 40) & 7];
    return g[0] * x + g[1] * y;
  }

  uint64_t seed_;
};

} // namespace ainft::ai::local
