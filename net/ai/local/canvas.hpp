#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace ainft::ai::local {

/// Linear light, 0 to 1 and above.
struct colour {
  float r = 0, g = 0, b = 0;

  friend colour operator+(colour a, colour b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
  friend colour operator*(colour a, float k) { return {a.r * k, a.g * k, a.b * k}; }
};

[[nodiscard]] inline colour mix(colour a, colour b, float t) { return a * (1 - t) + b * t; }

/// Lightness 0 to 1, chroma 0 to about 0.3, hue in turns: OKLCH (Björn Ottosson, "A perceptual color space for image processing").
[[nodiscard]] colour oklch(float lightness, float chroma, float hue);

struct point {
  float x = 0, y = 0;

  friend point operator+(point a, point b) { return {a.x + b.x, a.y + b.y}; }
  friend point operator-(point a, point b) { return {a.x - b.x, a.y - b.y}; }
  friend point operator*(point a, float k) { return {a.x * k, a.y * k}; }
};

/// How far a point is within a box.
[[nodiscard]] inline float inside_box(point p, point from, point to) {
  return std::min({p.x - from.x, to.x - p.x, p.y - from.y, to.y - p.y});
}

/// A picture while it is drawn: its shorter side is one unit long, the origin is the upper left corner.
class canvas {
public:
  canvas(uint32_t width, uint32_t height)
    : width_{width}, height_{height}, unit_{static_cast<float>(std::min(width, height))}, pixels_(size_t{width} * height) {}

  [[nodiscard]] uint32_t width() const noexcept { return width_; }
  [[nodiscard]] uint32_t height() const noexcept { return height_; }
  /// The far corner.
  [[nodiscard]] point far() const noexcept { return {static_cast<float>(width_) / unit_, static_cast<float>(height_) / unit_}; }
  /// A pixel's side.
  [[nodiscard]] float pixel() const noexcept { return 1 / unit_; }

  /// Sets every pixel from `top` down to `shade(point, what it is)`.
  template <class Shade>
  void fill(Shade shade, float top = 0) {
    for (auto y = static_cast<uint32_t>(std::max(top * unit_, 0.0F)); y < height_; ++y)
      for (uint32_t x = 0; x < width_; ++x)
        pixels_[size_t{y} * width_ + x] = shade(centre(x, y), pixels_[size_t{y} * width_ + x]);
  }

  /// The colour at a point, the nearest one outside.
  [[nodiscard]] colour look(point p) const {
    const auto at = [&](float v, uint32_t n) { return static_cast<size_t>(std::clamp(v * unit_, 0.0F, static_cast<float>(n - 1))); };
    return pixels_[at(p.y, height_) * width_ + at(p.x, width_)];
  }

  /// Lays `c` over what is within `radius` of the way from `a` to `b`, its edge smooth.
  void stroke(point a, point b, float radius, colour c, float opacity);
  void disc(point at, float radius, colour c, float opacity) { stroke(at, at, radius, c, opacity); }
  void box(point from, point to, colour c, float opacity);

  /// Its pixels as 8-bit sRGB, three bytes each, row by row. `grain` 0 to 1 adds a little noise, which hides banding.
  [[nodiscard]] std::vector<uint8_t> srgb(float grain, uint64_t seed) const;

  /// Lays `c` over a form between two corners: `inside(point)` is the distance to its edge, above 0 within it.
  template <class Inside>
  void shape(point from, point to, colour c, float opacity, Inside inside) {
    const auto first = [&](float v) { return static_cast<int64_t>(std::floor(v * unit_ - 1)); };
    const auto last = [&](float v) { return static_cast<int64_t>(std::ceil(v * unit_ + 1)); };
    const auto x0 = std::max<int64_t>(first(from.x), 0), x1 = std::min<int64_t>(last(to.x), width_);
    const auto y0 = std::max<int64_t>(first(from.y), 0), y1 = std::min<int64_t>(last(to.y), height_);
    for (auto y = y0; y < y1; ++y)
      for (auto x = x0; x < x1; ++x) {
        const float edge = inside(centre(static_cast<uint32_t>(x), static_cast<uint32_t>(y)));
        const float k = opacity * std::clamp(edge * unit_ + 0.5F, 0.0F, 1.0F);
        if (k > 0) {
          auto& p = pixels_[static_cast<size_t>(y) * width_ + static_cast<size_t>(x)];
          p = mix(p, c, k);
        }
      }
  }

private:
  [[nodiscard]] point centre(uint32_t x, uint32_t y) const noexcept {
    return {(static_cast<float>(x) + 0.5F) / unit_, (static_cast<float>(y) + 0.5F) / unit_};
  }
  uint32_t width_, height_;
  float unit_;
  std::vector<colour> pixels_;
};

/// 8-bit RGB rows as a PNG file (libpng).
[[nodiscard]] std::string encode_png(uint32_t width, uint32_t height, const std::vector<uint8_t>& rgb);

} // namespace ainft::ai::local
