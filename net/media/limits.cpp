#include "net/media/inspect.hpp"

#include <string>

namespace ainft::media {

namespace {

caf::error broken(std::string rule) { return runtime::refuse(runtime::errc::validation_failed, std::move(rule)); }

std::string size_text(uint64_t width, uint64_t height) {
  return std::to_string(width) + " by " + std::to_string(height);
}

} // namespace

caf::error check_size(uint64_t width, uint64_t height, const limits& most) {
  if (width == 0 || height == 0 || width > most.pixels || height > most.pixels / width)
    return broken("must have 1 to " + std::to_string(most.pixels) + " pixels; it is " + size_text(width, height));
  return {};
}

caf::error check_frames(uint64_t width, uint64_t height, uint64_t frames, const limits& most) {
  if (frames > most.frames)
    return broken("must have at most " + std::to_string(most.frames) + " frames");
  if (frames > 1 && frames > most.animation_pixels / (width * height))
    return broken("must have at most " + std::to_string(most.animation_pixels) + " pixels in all frames; it has "
                  + std::to_string(frames) + " frames of " + size_text(width, height));
  return {};
}

caf::error check_scans(uint64_t width, uint64_t height, uint64_t scans, const limits& most) {
  if (scans > 1 && scans > most.animation_pixels / (width * height))
    return broken("must have at most " + std::to_string(most.animation_pixels) + " pixels in all scans; it has "
                  + std::to_string(scans) + " scans of " + size_text(width, height));
  return {};
}

caf::error damaged(std::string_view type) {
  return broken("must be a complete " + std::string{type} + "; the file is truncated or damaged");
}

} // namespace ainft::media
