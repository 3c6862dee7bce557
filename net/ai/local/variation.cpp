#include "net/ai/local/variation.hpp"

namespace ainft::ai::local {

namespace {

/// Converts an 8-bit sRGB value to linear light (IEC 61966-2-1).
float linear(uint8_t x) {
  static const auto table = [] {
    std::array<float, 256> out{};
    for (size_t i = 0; i < out.size(); ++i) {
      const float v = static_cast<float>(i) / 255;
      out[i] = v <= 0.04045F ? v / 12.92F : std::pow((v + .055F) / 1.055F, 2.4F);
    }
    return out;
  }();
  return table[x];
}

colour look(const picture& p, float x, float y) {
  const auto at = [](float v, uint32_t n) {
    return static_cast<size_t>(std::clamp(v, 0.0F, static_cast<float>(n - 1)));
  };
  const auto* pixel = &p.rgb[(at(y, p.height) * p.width + at(x, p.width)) * 3];
  return {linear(pixel[0]), linear(pixel[1]), linear(pixel[2])};
}

float lightness(colour c) { return std::cbrt(std::max(.2126F * c.r + .7152F * c.g + .0722F * c.b, 0.0F)); }

/// A ramp from dark to light: the palette's first two tones, which are the colors that the words name, a darker first
/// tone, the paper and the ink.
std::vector<colour> ramp_of(const palette& colours) {
  std::vector<colour> out{colours.tones[0], colours.tones[0] * .3F, colours.tones[1], colours.paper, colours.ink};
  std::sort(out.begin(), out.end(), [](colour a, colour b) { return lightness(a) < lightness(b); });
  return out;
}

colour in_ramp(const std::vector<colour>& ramp, float t) {
  const float x = std::clamp(t, 0.0F, 1.0F) * static_cast<float>(ramp.size() - 1);
  const auto i = std::min(static_cast<size_t>(x), ramp.size() - 2);
  return mix(ramp[i], ramp[i + 1], x - static_cast<float>(i));
}

} // namespace

picture vary(const picture& from, const std::vector<std::string>& words, uint64_t seed, float strength,
             const std::function<bool(float)>& go_on) {
  randomness chance{seed * 0x9E3779B97F4A7C15 + words.size()};
  const auto colours = choose_palette(words, chance);
  const auto ramp = ramp_of(colours);
  const float depth = colours.is_dark ? 2.2F : 1; // dark palettes darken the picture
  const noise_field drift_x{chance.next()}, drift_y{chance.next()};
  const float unit = static_cast<float>(std::min(from.width, from.height));
  const float reach = strength * strength * .12F, finer = chance.between(1.5F, 4);
  canvas out{from.width, from.height};
  bool ended = false;
  out.fill([&](point p, colour) -> colour {
    if (ended)
      return {};
    if (p.x < out.pixel() && (static_cast<uint32_t>(p.y * unit) % 64) == 0)
      ended = !go_on(p.y / out.far().y * .9F);
    const float x = p.x + reach * drift_x.sum(p.x * finer, p.y * finer, 3),
                y = p.y + reach * drift_y.sum(p.x * finer, p.y * finer, 3);
    const auto own = look(from, x * unit, y * unit);
    return mix(own, in_ramp(ramp, std::pow(lightness(own), depth)), strength);
  });
  if (ended)
    return {};
  return {from.width, from.height, out.srgb(.1F, seed)};
}

} // namespace ainft::ai::local
