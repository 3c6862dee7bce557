#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/values.hpp"

#include <array>

namespace ainft::ai::local {

/// The kinds of picture that are drawn.
AINFT_ENUM(family, flow, mosaic, geometry, landscape, portrait)

struct art_request {
  std::string prompt;
  uint32_t width = 1024; ///< pixels, 64 to 2048
  uint32_t height = 1024;
  uint64_t seed = 0;
  std::optional<local::family> family; ///< chosen from the prompt's words if absent
};

/// Draws a picture: its kind, colours and composition from the prompt's words, everything else from the seed. The same request gives the same
/// pixels. `progress` is told how far it is, 0 to 1, and says whether to go on. Nothing if it said not to.
[[nodiscard]] std::optional<std::string> draw_png(const art_request& what, const std::function<bool(float)>& progress = {});

/// The kind that a prompt asks for by its words, or one that its text decides.
[[nodiscard]] family family_of(std::string_view prompt);

} // namespace ainft::ai::local
