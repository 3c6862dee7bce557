#include "net/ai/local/families.hpp"

namespace ainft::ai::local {

namespace {

/// Finds the nearest and the second nearest of many points, with a grid.
class neighbours {
public:
  neighbours(const std::vector<point>& points, point far) : points_{points} {
    side_ = std::sqrt(far.x * far.y / static_cast<float>(points.size()));
    columns_ = static_cast<int>(far.x / side_) + 1;
    rows_ = static_cast<int>(far.y / side_) + 1;
    cells_.resize(static_cast<size_t>(columns_) * rows_);
    for (size_t i = 0; i < points.size(); ++i)
      cells_[cell(column(points[i].x), row(points[i].y))].push_back(i);
  }

  struct found {
    size_t first = 0, second = 0;
  };

  [[nodiscard]] found nearest(point p) const {
    float best[2] = {1e9F, 1e9F};
    found out;
    const int cx = column(p.x), cy = row(p.y);
    for (int y = std::max(cy - 2, 0); y <= std::min(cy + 2, rows_ - 1); ++y)
      for (int x = std::max(cx - 2, 0); x <= std::min(cx + 2, columns_ - 1); ++x)
        for (const auto i : cells_[cell(x, y)]) {
          const auto d = points_[i] - p;
          const float far = d.x * d.x + d.y * d.y;
          if (far < best[0]) {
            best[1] = best[0];
            out.second = out.first;
            best[0] = far;
            out.first = i;
          } else if (far < best[1]) {
            best[1] = far;
            out.second = i;
          }
        }
    return out;
  }

private:
  [[nodiscard]] int column(float x) const { return std::clamp(static_cast<int>(x / side_), 0, columns_ - 1); }
  [[nodiscard]] int row(float y) const { return std::clamp(static_cast<int>(y / side_), 0, rows_ - 1); }
  [[nodiscard]] size_t cell(int x, int y) const { return static_cast<size_t>(y) * columns_ + x; }

  const std::vector<point>& points_;
  float side_ = 1;
  int columns_ = 1, rows_ = 1;
  std::vector<std::vector<size_t>> cells_;
};

/// Moves each point to the approximate center of its cell (Lloyd 1982).
void relax(std::vector<point>& points, point far, randomness& r) {
  const neighbours near{points, far};
  std::vector<point> sums(points.size());
  std::vector<float> counts(points.size());
  for (size_t i = 0; i < points.size() * 24; ++i) {
    const point p{r.unit() * far.x, r.unit() * far.y};
    const auto at = near.nearest(p).first;
    sums[at] = sums[at] + p;
    counts[at] += 1;
  }
  for (size_t i = 0; i < points.size(); ++i)
    if (counts[i] > 0)
      points[i] = sums[i] * (1 / counts[i]);
}

} // namespace

void draw_mosaic(studio& s) {
  auto& r = s.chance;
  const auto far = s.picture.far();
  // Small panes around a center, large panes at the edge.
  const point centre{far.x * r.between(.35F, .65F), far.y * r.between(.35F, .65F)};
  std::vector<point> points;
  const auto count = 180 + r.below(260);
  while (points.size() < count) {
    const point p{r.unit() * far.x, r.unit() * far.y};
    const auto d = p - centre;
    if (r.chance(std::clamp(1.15F - std::hypot(d.x, d.y), .22F, 1.0F)))
      points.push_back(p);
  }
  for (int i = 0; i < 3; ++i) {
    relax(points, far, r);
    s.done(.1F * static_cast<float>(i + 1));
  }
  const noise_field tint{r.next()}, glass{r.next()};
  std::vector<colour> panes;
  const float rings = r.between(1.5F, 4);
  const bool radial = r.chance(.6F);
  for (const auto& p : points) {
    const auto d = p - centre;
    const float t = radial ? .5F + .5F * std::sin(rings * 6 * std::hypot(d.x, d.y) + 2 * tint.at(p.x * 2, p.y * 2))
                           : .5F + tint.sum(p.x * 1.6F, p.y * 1.6F, 3);
    panes.push_back(mix(s.colours.at(t + r.between(-.14F, .14F)), s.colours.is_dark ? colour{} : colour{1, 1, 1},
                        r.between(0, .18F)));
  }
  const neighbours near{points, far};
  const auto lead = mix(s.colours.is_dark ? colour{.004F, .004F, .006F} : s.colours.ink, s.colours.paper, .06F);
  const float thickness = r.between(.0032F, .0058F);
  float row = -1;
  s.picture.fill([&](point p, colour) {
    if (p.y > row + .05F) {
      row = p.y;
      s.done(.3F + .7F * p.y / far.y);
    }
    const auto at = near.nearest(p);
    const point a = points[at.first], b = points[at.second], across = b - a;
    const float reach = std::hypot(across.x, across.y) + 1e-6F;
    const point middle = (a + b) * .5F - p;
    const float edge = (middle.x * across.x + middle.y * across.y) / reach;
    const auto d = p - a;
    const float light =
      1.12F - 2.6F * (d.x * .5F + d.y) + .22F * glass.sum(p.x * 9, p.y * 9, 3) - .5F * std::exp(-edge * 70);
    const float line = std::clamp((edge - thickness) / s.picture.pixel() + .5F, 0.0F, 1.0F);
    return mix(lead, panes[at.first] * std::clamp(light, .35F, 1.5F), line);
  });
}

} // namespace ainft::ai::local
