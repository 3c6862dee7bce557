#include "net/ai/local/canvas.hpp"

#include "net/ai/local/random.hpp"

#include <png.h>

#include <stdexcept>

namespace ainft::ai::local {

colour oklch(float lightness, float chroma, float hue) {
  const float turn = 2 * std::numbers::pi_v<float> * hue;
  const float a = chroma * std::cos(turn), b = chroma * std::sin(turn);
  const float l = lightness + 0.3963377774F * a + 0.2158037573F * b;
  const float m = lightness - 0.1055613458F * a - 0.0638541728F * b;
  const float s = lightness - 0.0894841775F * a - 1.2914855480F * b;
  const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
  const auto inside = [](float x) { return std::clamp(x, 0.0F, 1.0F); };
  return {inside(4.0767416621F * l3 - 3.3077115913F * m3 + 0.2309699292F * s3),
          inside(-1.2684380046F * l3 + 2.6097574011F * m3 - 0.3413193965F * s3),
          inside(-0.0041960863F * l3 - 0.7034186147F * m3 + 1.7076147010F * s3)};
}

void canvas::stroke(point a, point b, float radius, colour c, float opacity) {
  const point d = b - a;
  const float length2 = d.x * d.x + d.y * d.y;
  shape({std::min(a.x, b.x) - radius, std::min(a.y, b.y) - radius},
        {std::max(a.x, b.x) + radius, std::max(a.y, b.y) + radius}, c, opacity, [&](point p) {
          const point v = p - a;
          const float t = length2 > 0 ? std::clamp((v.x * d.x + v.y * d.y) / length2, 0.0F, 1.0F) : 0.0F;
          return radius - std::hypot(v.x - d.x * t, v.y - d.y * t);
        });
}

void canvas::box(point from, point to, colour c, float opacity) {
  shape(from, to, c, opacity, [&](point p) { return inside_box(p, from, to); });
}

std::vector<uint8_t> canvas::srgb(float grain, uint64_t seed) const {
  // The transfer function of IEC 61966-2-1. It is a table because it is used millions of times per picture.
  static const auto curve = [] {
    std::array<float, 4097> out{};
    for (size_t i = 0; i < out.size(); ++i) {
      const float x = static_cast<float>(i) / 4096;
      out[i] = 255 * (x <= 0.0031308F ? 12.92F * x : 1.055F * std::pow(x, 1 / 2.4F) - 0.055F);
    }
    return out;
  }();
  randomness noise{seed};
  std::vector<uint8_t> out;
  out.reserve(pixels_.size() * 3);
  for (const auto& p : pixels_) {
    const float shift = (noise.unit() - 0.5F) * grain * 16;
    for (const float x : {p.r, p.g, p.b})
      out.push_back(static_cast<uint8_t>(
        std::clamp(curve[static_cast<size_t>(std::clamp(x, 0.0F, 1.0F) * 4096)] + shift + 0.5F, 0.0F, 255.0F)));
  }
  return out;
}

std::string encode_png(uint32_t width, uint32_t height, const std::vector<uint8_t>& rgb) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = PNG_FORMAT_RGB;
  image.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string out(size, '\0');
  if (!png_image_write_to_memory(&image, out.data(), &size, 0, rgb.data(), 0, nullptr))
    throw std::runtime_error{std::string{"cannot write a PNG: "} + image.message};
  out.resize(size);
  return out;
}

} // namespace ainft::ai::local
