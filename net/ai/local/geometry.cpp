#include "net/ai/local/families.hpp"

namespace ainft::ai::local {

namespace {

/// The area of a tile, to which its form is clipped.
struct clip {
  point from, to;
};

class divider {
public:
  explicit divider(studio& s) : s_{s}, gap_{s.chance.between(.0015F, .006F)}, restless_{s.chance.between(.55F, .8F)} {}

  void divide(point from, float side, int depth) {
    auto& r = s_.chance;
    if (depth < 2 || (depth < 5 && r.chance(restless_ - .12F * static_cast<float>(depth)))) {
      const float half = side / 2;
      for (int i = 0; i < 4; ++i)
        divide(from + point{half * static_cast<float>(i & 1), half * static_cast<float>(i >> 1)}, half, depth + 1);
      return;
    }
    tile(from + point{gap_, gap_}, side - 2 * gap_);
  }

private:
  void tile(point from, float side) {
    auto& r = s_.chance;
    const auto ground = s_.colours.any(r);
    auto form = s_.colours.any(r);
    if (r.chance(.25F))
      form = r.chance(.5F) ? s_.colours.paper : s_.colours.ink;
    const point to = from + point{side, side};
    s_.picture.box(from, to, ground, 1);
    const clip inside{from, to};
    switch (r.below(6)) {
    case 0: // a quarter disc around a corner
      return arc(inside, corner(from, side, r.below(4)), side, form);
    case 1: { // quarter discs in two opposite corners
      const auto k = r.below(2);
      arc(inside, corner(from, side, k), side / 2, form);
      return arc(inside, corner(from, side, 3 - k), side / 2, form);
    }
    case 2: // concentric rings
      for (int i = 4; i > 0; --i)
        s_.picture.disc(from + point{side / 2, side / 2}, side * static_cast<float>(i) / 9, i % 2 == 0 ? form : ground,
                        1);
      return;
    case 3: // stripes
      for (int i = 0; i < 4; ++i) {
        const float at = side * (2 * static_cast<float>(i) + .5F) / 8;
        s_.picture.box(from + point{0, at}, {to.x, from.y + at + side / 8}, form, 1);
      }
      return;
    case 4: // half of the tile, divided by a diagonal
      return half(inside, from, side, r.chance(.5F), form);
    default: s_.picture.disc(from + point{side / 2, side / 2}, side * r.between(.18F, .42F), form, 1);
    }
  }

  static point corner(point from, float side, uint32_t which) {
    return from + point{which & 1 ? side : 0, which & 2 ? side : 0};
  }

  void arc(const clip& in, point around, float radius, colour c) {
    shape(in, c, [&](point p) { return radius - std::hypot(p.x - around.x, p.y - around.y); });
  }

  void half(const clip& in, point from, float side, bool rising, colour c) {
    shape(in, c, [&](point p) {
      const auto d = p - from;
      return (rising ? d.x + d.y - side : d.x - d.y) * .7071F;
    });
  }

  /// Draws the color where `inside` is positive, clipped to the tile.
  template <class Inside>
  void shape(const clip& in, colour c, Inside inside) {
    s_.picture.shape(in.from, in.to, c, 1, [&](point p) { return std::min(inside(p), inside_box(p, in.from, in.to)); });
  }

  studio& s_;
  float gap_, restless_;
};

} // namespace

void draw_geometry(studio& s) {
  auto& r = s.chance;
  const auto far = s.picture.far();
  s.picture.fill([&](point, colour) { return mix(s.colours.paper, s.colours.ink, .03F); });
  const float margin = r.between(.03F, .07F);
  const int across = 2 + static_cast<int>(r.below(2));
  const float side = (std::min(far.x, far.y) - 2 * margin) / static_cast<float>(across);
  const int columns = static_cast<int>((far.x - 2 * margin) / side + .01F),
            rows = static_cast<int>((far.y - 2 * margin) / side + .01F);
  const point corner{(far.x - static_cast<float>(columns) * side) / 2, (far.y - static_cast<float>(rows) * side) / 2};
  divider d{s};
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x) {
      s.done(static_cast<float>(y * columns + x) / static_cast<float>(rows * columns));
      d.divide(corner + point{side * static_cast<float>(x), side * static_cast<float>(y)}, side, 1);
    }
}

} // namespace ainft::ai::local
