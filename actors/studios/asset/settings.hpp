#pragma once

#include "actors/studios/asset/protocol.hpp"
#include "config/durations.hpp"
#include "config/section.hpp"
#include "net/media/inspect.hpp"

#include <caf/timespan.hpp>

namespace ainft::asset {

struct settings {
  std::string folder = "var/assets";
  caf::timespan url_lifetime = std::chrono::minutes{30};
  uint64_t max_bytes = largest_file;
  uint64_t max_pixels = 50'000'000;
  uint32_t max_frames = 1000;
  uint64_t max_animation_pixels = 1'000'000'000;
  caf::timespan max_duration = std::chrono::minutes{10};
  uint32_t decoders = 2;

  /// The limits of an uploaded file.
  [[nodiscard]] media::upload_limits uploads() const {
    return {{max_bytes, max_pixels, max_frames, max_animation_pixels, in_s(max_duration)}, decoders};
  }
};
AINFT_SETTINGS(settings) {
  using namespace std::chrono;
  f("folder", x.folder, "folder for uploaded files");
  f("url-lifetime", x.url_lifetime, "minimum lifetime of a signed URL of private content; the maximum is twice as long",
    config::between(minutes{1}, hours{24}));
  f("max-bytes", x.max_bytes, "maximum size of an uploaded file in bytes", config::between(1, largest_file));
  f("max-pixels", x.max_pixels, "maximum pixels of a picture or a video", config::between(1, 1'000'000'000));
  f("max-frames", x.max_frames, "maximum frames of an animation");
  f("max-animation-pixels", x.max_animation_pixels, "maximum pixels of all frames of an animation together");
  f("max-duration", x.max_duration, "maximum duration of a video");
  f("decoders", x.decoders, "files that are inspected at the same time; each may need 6 bytes of memory per pixel",
    config::between(1, 64));
}

} // namespace ainft::asset
