#pragma once

#include "net/ai/local/palette.hpp"

#include <functional>

namespace ainft::ai::local {

/// What a picture is drawn with.
struct studio {
  canvas& picture;
  const palette& colours;
  randomness& chance;
  const std::vector<std::string>& words; ///< of the prompt, in lower case
  /// Told how much is done; throws `stopped` when it is to end.
  std::function<void(float)> done;
};

/// Whether the prompt has one of these words.
[[nodiscard]] inline bool says(const studio& s, std::initializer_list<std::string_view> any) {
  return std::any_of(s.words.begin(), s.words.end(), [&](const auto& w) { return std::find(any.begin(), any.end(), w) != any.end(); });
}

struct stopped {};

/// Threads that follow a field of currents.
void draw_flow(studio& s);
/// Panes of glass in lead: a relaxed Voronoi diagram.
void draw_mosaic(studio& s);
/// Squares that are divided again and again, each filled with a form.
void draw_geometry(studio& s);
/// Ridges one behind the other under a sky, or over water.
void draw_landscape(studio& s);
/// A face in large pixels.
void draw_portrait(studio& s);

} // namespace ainft::ai::local
