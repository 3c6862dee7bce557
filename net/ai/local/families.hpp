#pragma once

#include "net/ai/local/palette.hpp"

#include <functional>

namespace ainft::ai::local {

/// The inputs for drawing one picture.
struct studio {
  canvas& picture;
  const palette& colours;
  randomness& chance;
  const std::vector<std::string>& words; ///< the prompt's words in lower case
  /// Gets the share done, 0 to 1. Throws `stopped` to end the drawing.
  std::function<void(float)> done;
};

/// Whether the prompt contains one of these words.
[[nodiscard]] inline bool says(const studio& s, std::initializer_list<std::string_view> any) {
  return std::any_of(s.words.begin(), s.words.end(),
                     [&](const auto& w) { return std::find(any.begin(), any.end(), w) != any.end(); });
}

struct stopped {};

/// Lines along a flow field.
void draw_flow(studio& s);
/// Stained glass: the cells of a relaxed Voronoi diagram.
void draw_mosaic(studio& s);
/// Recursively divided squares, each filled with a form.
void draw_geometry(studio& s);
/// Mountain ridges under a sky, or above water.
void draw_landscape(studio& s);
/// A face in large pixels.
void draw_portrait(studio& s);

} // namespace ainft::ai::local
