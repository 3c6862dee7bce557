#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// Inspects uploaded files before they are stored. The files are untrusted: these functions read their structure and
/// decode them with bounded memory and work, whatever a file claims.
namespace ainft::media {

struct limits {
  uint64_t bytes = 20 * 1024 * 1024;
  uint64_t pixels = 50'000'000;              ///< width times height of a picture or video
  uint32_t frames = 1000;                    ///< of an animation
  uint64_t animation_pixels = 1'000'000'000; ///< width times height times frames, or times the scans of a JPEG
  std::chrono::seconds duration{600};        ///< of a video
};

/// The limits of a file, and how many files this node inspects at once. During an inspection, the file and its
/// decoder's buffers are in memory.
struct upload_limits {
  limits most;
  uint32_t at_once = 2;
};

struct facts {
  uint32_t width = 0; ///< pixels
  uint32_t height = 0;
  std::optional<uint32_t> frames;      ///< of an animation
  std::optional<uint64_t> duration_ms; ///< of a video, if the file states it
};

// Each function refuses a damaged, truncated or too large file with errc::validation_failed. The text is the broken
// rule ("must have at most …").

/// PNG and APNG, by libpng. Decodes every row, with one row in memory at a time. Counts further frames of an animation,
/// but does not decode them.
[[nodiscard]] runtime::result<facts> inspect_png(std::string_view file, const limits& most);
/// By libjpeg-turbo. Decodes at an eighth of the size. A progressive file takes about 6 bytes of memory per pixel.
[[nodiscard]] runtime::result<facts> inspect_jpeg(std::string_view file, const limits& most);
/// By libwebp. Decodes a still picture or the first frame of an animation, and checks that the other frames are
/// complete. Takes up to 4 bytes of memory per pixel.
[[nodiscard]] runtime::result<facts> inspect_webp(std::string_view file, const limits& most);
/// By giflib. Decodes the first frame, with one row in memory at a time, and skips over the others.
[[nodiscard]] runtime::result<facts> inspect_gif(std::string_view file, const limits& most);
/// Reads the boxes of an ISO base media file (ISO/IEC 14496-12): its type, one movie with a video track, and its media
/// data. Decodes nothing.
[[nodiscard]] runtime::result<facts> inspect_mp4(std::string_view file, const limits& most);

/// Refuses a picture with no pixels or too many.
[[nodiscard]] caf::error check_size(uint64_t width, uint64_t height, const limits& most);
/// Refuses an animation with too many frames, or too many pixels in all frames together.
[[nodiscard]] caf::error check_frames(uint64_t width, uint64_t height, uint64_t frames, const limits& most);
/// Refuses a picture with too many scans for its size.
[[nodiscard]] caf::error check_scans(uint64_t width, uint64_t height, uint64_t scans, const limits& most);
[[nodiscard]] caf::error damaged(std::string_view type);

} // namespace ainft::media
