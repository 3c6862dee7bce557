#pragma once

#include "runtime/errors.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai::local {

/// A picture's pixels: 8-bit sRGB, three bytes each, row by row.
struct picture {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> rgb;
};

/// Pixels that a side of a picture that is read, or made larger, may have.
constexpr uint32_t largest_side = 4096;

/// A PNG (libpng), JPEG (libturbojpeg) or WebP (libwebp) file's pixels, laid over white where they are transparent. Its size is looked at before anything is
/// read of it. Refuses with errc::unsupported_media_type what is none of these or is damaged, and with errc::payload_too_large.
[[nodiscard]] runtime::result<picture> decode_picture(std::string_view file);

/// The picture `scale` times as large, by Lanczos' kernel of three lobes. `go_on` is told the share that is done; an empty picture if it says not to.
[[nodiscard]] picture enlarge(const picture& from, uint32_t scale, const std::function<bool(float)>& go_on);

} // namespace ainft::ai::local
