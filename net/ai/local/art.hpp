#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <array>

namespace ainft::ai::local {

/// The kinds of pictures that draw_png() can draw.
AINFT_ENUM(family, flow, mosaic, geometry, landscape, portrait)

struct art_request {
  std::string prompt;
  uint32_t width = 1024; ///< pixels, 64 to 2048
  uint32_t height = 1024;
  uint64_t seed = 0;
  std::optional<local::family> family; ///< if absent, the prompt decides
};

/// Draws a picture and returns it as a PNG file. The prompt's words determine its kind, colors and composition, the
/// seed everything else. The same request gives the same pixels. Calls `progress` with the share done, 0 to 1. If
/// `progress` returns false, stops and returns nothing.
[[nodiscard]] std::optional<std::string> draw_png(const art_request& what,
                                                  const std::function<bool(float)>& progress = {});

/// The family that the prompt's words ask for. Without such a word, a hash of the prompt selects one.
[[nodiscard]] family family_of(std::string_view prompt);

} // namespace ainft::ai::local
