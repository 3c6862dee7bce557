#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace ainft::ai::local {

/// A color in linear light. Components are 0 to 1, or above 1 while drawing.
struct colour {
  float r = 0, g = 0, b = 0;

  friend colour operator+(colour a, colour b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
  friend colour operator*(colour a, float k) { return {a.r * k, a.g * k, a.b * k}; }
};

[[nodiscard]] inline colour mix(colour a, colour b, float t) { return a * (1 - t) + b * t; }

/// Converts from OKLCH (Björn Ottosson, "A perceptual color space for image processing"): lightness 0 to 1, chroma 0 to
/// about 0.3, hue in turns.
[[nodiscard]] colour oklch(float lightness, float chroma, float hue);

struct point {
  float x = 0, y = 0;

  friend point operator+(point a, point b) { return {a.x + b.x, a.y + b.y}; }
  friend point operator-(point a, point b) { return {a.x - b.x, a.y - b.y}; }
  friend point operator*(point a, float k) { return {a.x * k, a.y * k}; }
};

/// The distance from a point in a box to the nearest side; negative outside.
[[nodiscard]] inline float inside_box(point p, point from, point to) {
  return std::min({p.x - from.x, to.x - p.x, p.y - from.y, to.y - p.y});
}

/// A picture that is being drawn. Its shorter side is one unit long, and the origin is the upper left corner.
class canvas {
public:
  canvas(uint32_t width, uint32_t height)
    : width_{width}, height_{height}, unit_{static_cast<float>(std::min(width, height))},
      pixels_(size_t{width} * height) {}

  [[nodiscard]] uint32_t width() const noexcept { return width_; }
  [[nodiscard]] uint32_t height() const noexcept { return height_; }
  /// The lower right corner.
  [[nodiscard]] point far() const noexcept {
    return {static_cast<float>(width_) / unit_, static_cast<float>(height_) / unit_};
  }
  /// The side of a pixel, in units.
  [[nodiscard]] float pixel() const noexcept { return 1 / unit_; }

  /// Sets every pixel from row `top` downward to `shade(point, current color)`.
  template <class Shade>
  void fill(Shade shade, float top = 0) {
    for (auto y = static_cast<uint32_t>(std::max(top * unit_, 0.0F)); y < height_; ++y)
      for (uint32_t x = 0; x < width_; ++x)
        pixels_[size_t{y} * width_ + x] = shade(centre(x, y), pixels_[size_t{y} * width_ + x]);
  }

  /// The color at a point. Outside the canvas, it is that of the nearest pixel.
  [[nodiscard]] colour look(point p) const {
    const auto at = [&](float v, uint32_t n) {
      return static_cast<size_t>(std::clamp(v * unit_, 0.0F, static_cast<float>(n - 1)));
    };
    return pixels_[at(p.y, height_) * width_ + at(p.x, width_)];
  }

  /// Draws `c` over the points within `radius` of the line from `a` to `b`, with a smooth edge.
  void stroke(point a, point b, float radius, colour c, float opacity);
  void disc(point at, float radius, colour c, float opacity) { stroke(at, at, radius, c, opacity); }
  void box(point from, point to, colour c, float opacity);

  /// Converts to 8-bit sRGB, three bytes per pixel, row by row. `grain`, 0 to 1, adds a little noise to hide banding.
  [[nodiscard]] std::vector<uint8_t> srgb(float grain, uint64_t seed) const;

  /// Draws `c` over a shape between two corners. `inside(point)` is the distance to the shape's edge, positive inside.
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

/// Encodes 8-bit RGB rows as a PNG file (libpng).
[[nodiscard]] std::string encode_png(uint32_t width, uint32_t height, const std::vector<uint8_t>& rgb);

} // namespace ainft::ai::local
