#include "net/ai/local/picture.hpp"

#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace ainft::ai::local {

using runtime::errc;
using runtime::refuse;

namespace {

const uint8_t* bytes_of(std::string_view s) { return reinterpret_cast<const uint8_t*>(s.data()); }

caf::error check_size(uint64_t width, uint64_t height) {
  if (width == 0 || height == 0 || width > largest_side || height > largest_side)
    return refuse(errc::payload_too_large, "the picture must have 1 to " + std::to_string(largest_side)
                                             + " pixels per side; it has " + std::to_string(width) + " by "
                                             + std::to_string(height));
  return {};
}

caf::error damaged(const char* type) {
  return refuse(errc::unsupported_media_type, std::string{"the "} + type + " file is damaged");
}

runtime::result<picture> decode_png(std::string_view file) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, file.data(), file.size()))
    return damaged("PNG");
  const std::unique_ptr<png_image, decltype(&png_image_free)> held{&image, png_image_free};
  if (auto bad = check_size(image.width, image.height))
    return bad;
  image.format = PNG_FORMAT_RGB;
  picture out{image.width, image.height, std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  const png_color white{255, 255, 255};
  if (!png_image_finish_read(&image, &white, out.rgb.data(), 0, nullptr))
    return damaged("PNG");
  return out;
}

runtime::result<picture> decode_jpeg(std::string_view file) {
  const std::unique_ptr<void, decltype(&tjDestroy)> reader{tjInitDecompress(), tjDestroy};
  int width = 0, height = 0, sampling = 0, space = 0;
  if (tjDecompressHeader3(reader.get(), bytes_of(file), file.size(), &width, &height, &sampling, &space) != 0)
    return damaged("JPEG");
  if (auto bad = check_size(static_cast<uint64_t>(width), static_cast<uint64_t>(height)))
    return bad;
  picture out{static_cast<uint32_t>(width), static_cast<uint32_t>(height),
              std::vector<uint8_t>(size_t{3} * width * height)};
  if (tjDecompress2(reader.get(), bytes_of(file), file.size(), out.rgb.data(), width, 0, height, TJPF_RGB,
                    TJFLAG_STOPONWARNING)
      != 0)
    return damaged("JPEG");
  return out;
}

runtime::result<picture> decode_webp(std::string_view file) {
  int width = 0, height = 0;
  if (!WebPGetInfo(bytes_of(file), file.size(), &width, &height))
    return damaged("WebP");
  if (auto bad = check_size(static_cast<uint64_t>(width), static_cast<uint64_t>(height)))
    return bad;
  picture out{static_cast<uint32_t>(width), static_cast<uint32_t>(height),
              std::vector<uint8_t>(size_t{3} * width * height)};
  if (!WebPDecodeRGBInto(bytes_of(file), file.size(), out.rgb.data(), out.rgb.size(), width * 3))
    return damaged("WebP");
  return out;
}

constexpr int lobes = 3;

double lanczos(double x) {
  if (std::abs(x) < 1e-9)
    return 1;
  if (std::abs(x) >= lobes)
    return 0;
  const double p = std::numbers::pi * x;
  return lobes * std::sin(p) * std::sin(p / lobes) / (p * p);
}

/// The source pixels of one new pixel in a line, with their weights.
struct taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<taps> taps_of(uint32_t from, uint32_t scale) {
  std::vector<taps> out(size_t{from} * scale);
  for (size_t i = 0; i < out.size(); ++i) {
    const double at = (static_cast<double>(i) + .5) / scale - .5;
    auto& t = out[i];
    t.first = static_cast<int>(std::floor(at)) - lobes + 1;
    double sum = 0;
    for (int k = 0; k < 2 * lobes; ++k)
      sum += lanczos(at - (t.first + k));
    for (int k = 0; k < 2 * lobes; ++k)
      t.weights.push_back(static_cast<float>(lanczos(at - (t.first + k)) / sum));
  }
  return out;
}

} // namespace

runtime::result<picture> decode_picture(std::string_view file) {
  if (file.starts_with("\x89PNG\r\n\x1a\n"))
    return decode_png(file);
  if (file.starts_with("\xff\xd8\xff"))
    return decode_jpeg(file);
  if (file.starts_with("RIFF") && file.size() > 12 && file.substr(8, 4) == "WEBP")
    return decode_webp(file);
  return refuse(errc::unsupported_media_type, "must be a PNG, JPEG or WebP picture");
}

picture enlarge(const picture& from, uint32_t scale, const std::function<bool(float)>& go_on) {
  picture out{from.width * scale, from.height * scale, {}};
  out.rgb.resize(size_t{3} * out.width * out.height);
  const auto across = taps_of(from.width, scale), down = taps_of(from.height, scale);
  // First scales the rows, then builds each new row from the scaled rows.
  std::vector<float> wide(size_t{3} * out.width * from.height);
  for (uint32_t y = 0; y < from.height; ++y)
    for (uint32_t x = 0; x < out.width; ++x)
      for (size_t k = 0; k < across[x].weights.size(); ++k) {
        const auto source = std::clamp(across[x].first + static_cast<int>(k), 0, static_cast<int>(from.width) - 1);
        for (size_t c = 0; c < 3; ++c)
          wide[(size_t{y} * out.width + x) * 3 + c] +=
            across[x].weights[k] * from.rgb[(size_t{y} * from.width + static_cast<size_t>(source)) * 3 + c];
      }
  std::vector<float> row(size_t{3} * out.width);
  for (uint32_t y = 0; y < out.height; ++y) {
    if (y % 64 == 0 && !go_on(static_cast<float>(y) / static_cast<float>(out.height)))
      return {};
    std::fill(row.begin(), row.end(), 0.0F);
    for (size_t k = 0; k < down[y].weights.size(); ++k) {
      const auto source = std::clamp(down[y].first + static_cast<int>(k), 0, static_cast<int>(from.height) - 1);
      const float* line = &wide[size_t{3} * out.width * static_cast<size_t>(source)];
      for (size_t i = 0; i < row.size(); ++i)
        row[i] += down[y].weights[k] * line[i];
    }
    for (size_t i = 0; i < row.size(); ++i)
      out.rgb[size_t{3} * out.width * y + i] = static_cast<uint8_t>(std::clamp(row[i] + .5F, 0.0F, 255.0F));
  }
  return out;
}

} // namespace ainft::ai::local
