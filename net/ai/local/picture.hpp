#pragma once

#include "runtime/errors.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::ai::local {

/// A picture as 8-bit sRGB, three bytes per pixel, row by row.
struct picture {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> rgb;
};

/// Maximum pixels per side of a picture that is decoded or enlarged.
constexpr uint32_t largest_side = 4096;

/// Decodes a PNG (libpng), JPEG (libturbojpeg) or WebP (libwebp) file. Checks the size before it decodes pixels. Puts a
/// transparent PNG on white, and ignores the alpha channel of a WebP. Refuses with errc::unsupported_media_type another
/// or damaged file, and with errc::payload_too_large a picture that is too large.
[[nodiscard]] runtime::result<picture> decode_picture(std::string_view file);

/// Enlarges a picture `scale` times with a Lanczos kernel of three lobes. Calls `go_on` with the share done. Returns an
/// empty picture if `go_on` returns false.
[[nodiscard]] picture enlarge(const picture& from, uint32_t scale, const std::function<bool(float)>& go_on);

} // namespace ainft::ai::local
