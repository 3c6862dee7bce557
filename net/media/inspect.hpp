#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// Looks into files that strangers send, before they are kept: reads their structure and decodes them, with memory and work that are bounded
/// by the limits, whatever the file says of itself.
namespace ainft::media {

struct limits {
  uint64_t bytes = 20 * 1024 * 1024;
  uint64_t pixels = 50'000'000;              ///< width times height, of a picture or a video
  uint32_t frames = 1000;                    ///< of an animation
  uint64_t animation_pixels = 1'000'000'000; ///< width times height times frames; or times the scans of a JPEG
  std::chrono::seconds duration{600};        ///< of a video
};

/// What is taken, and how many files are looked into at once on this node: each is in memory for that, with what its decoder needs.
struct upload_limits {
  limits most;
  uint32_t at_once = 2;
};

struct facts {
  uint32_t width = 0; ///< pixels
  uint32_t height = 0;
  std::optional<uint32_t> frames;      ///< of an animation
  std::optional<uint64_t> duration_ms; ///< of a video, where it says so
};

// Each refuses with errc::validation_failed and the rule that is broken ("must have at most …"), also a file that is cut off or damaged.

/// PNG and APNG, by libpng: every row is decoded, one in memory at a time; an animation's further frames are counted.
[[nodiscard]] runtime::result<facts> inspect_png(std::string_view file, const limits& most);
/// By libjpeg-turbo: decoded at an eighth of its size. A progressive one takes about 6 bytes of memory a pixel.
[[nodiscard]] runtime::result<facts> inspect_jpeg(std::string_view file, const limits& most);
/// By libwebp: a still picture is decoded; of an animation the first frame, and all frames are looked for. Up to 4 bytes of memory a pixel.
[[nodiscard]] runtime::result<facts> inspect_webp(std::string_view file, const limits& most);
/// By giflib: the first frame is decoded, one row in memory at a time; the others are walked through.
[[nodiscard]] runtime::result<facts> inspect_gif(std::string_view file, const limits& most);
/// The boxes of an ISO base media file (ISO/IEC 14496-12): its type, one movie with a video track, and its media; nothing is decoded.
[[nodiscard]] runtime::result<facts> inspect_mp4(std::string_view file, const limits& most);

/// Refuses a picture without pixels, or with more than there may be.
[[nodiscard]] caf::error check_size(uint64_t width, uint64_t height, const limits& most);
/// Refuses an animation with too many frames, or too many pixels in all of them.
[[nodiscard]] caf::error check_frames(uint64_t width, uint64_t height, uint64_t frames, const limits& most);
/// Refuses a picture that is drawn in too many scans for its size.
[[nodiscard]] caf::error check_scans(uint64_t width, uint64_t height, uint64_t scans, const limits& most);
[[nodiscard]] caf::error damaged(std::string_view type);

} // namespace ainft::media
