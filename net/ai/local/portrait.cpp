#include "net/ai/local/families.hpp"

#include <string_view>

namespace ainft::ai::local {

namespace {

constexpr int side = 24;

/// A picture of 24 by 24 large pixels. Each has a color index; 0 shows the ground.
class sprite {
public:
  enum ink : uint8_t { none, outline, skin, shade, hair, gloss, cloth, trim, eye, white, mouth, metal };

  void set(int x, int y, ink c) {
    if (x >= 0 && x < side && y >= 0 && y < side)
      cells_[static_cast<size_t>(y) * side + x] = c;
  }
  [[nodiscard]] ink at(int x, int y) const {
    return x >= 0 && x < side && y >= 0 && y < side ? cells_[static_cast<size_t>(y) * side + x] : none;
  }
  /// row() fills a part of a row; both() sets a pixel and its mirror image.
  void row(int y, int from, int to, ink c) {
    for (int x = from; x <= to; ++x)
      set(x, y, c);
  }
  void both(int x, int y, ink c) {
    set(x, y, c);
    set(side - 1 - x, y, c);
  }
  /// Draws a dark outline around the figure.
  void surround() {
    const auto before = *this;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        if (before.at(x, y) == none
            && (before.solid(x - 1, y) || before.solid(x + 1, y) || before.solid(x, y - 1) || before.solid(x, y + 1)))
          set(x, y, outline);
  }

private:
  [[nodiscard]] bool solid(int x, int y) const { return at(x, y) != none; }
  std::array<ink, side * side> cells_{};
};

void draw_head(sprite& f, randomness& r) {
  const int jaw = static_cast<int>(r.below(3));
  for (int y = 6; y <= 18; ++y) {
    const int narrow = (y == 6 ? 2 : y == 7 ? 1 : 0) + (y > 15 + jaw % 2 ? y - 15 - jaw % 2 : 0);
    f.row(y, 7 + narrow, 16 - narrow, sprite::skin);
  }
  for (int y = 8; y <= 17; ++y)
    f.set(16 - (y > 15 ? y - 15 : 0), y, sprite::shade);
  f.both(6, 12, sprite::skin);
  f.both(6, 13, sprite::skin);
  f.row(19, 10, 13, sprite::shade);
}

void draw_shoulders(sprite& f, randomness& r) {
  for (int y = 20; y < side; ++y)
    f.row(y, 9 - 2 * (y - 19), 14 + 2 * (y - 19), sprite::cloth);
  const auto collar = r.below(3);
  if (collar == 0)
    f.row(20, 9, 14, sprite::trim);
  else if (collar == 1)
    for (int i = 0; i < 4; ++i)
      f.both(11 - i / 2, 20 + i, sprite::trim);
  else
    for (int y = 21; y < side; ++y)
      f.row(y, 11, 12, sprite::trim);
}

void draw_eyes(sprite& f, randomness& r) {
  switch (r.below(4)) {
  case 0: // glasses
    f.row(11, 7, 16, sprite::outline);
    for (int y = 11; y <= 13; ++y) {
      f.both(7, y, sprite::outline);
      f.both(10, y, sprite::outline);
    }
    for (const int x : {8, 9})
      for (const int y : {12, 13})
        f.both(x, y, y == 12 && x == 8 ? sprite::white : sprite::eye);
    for (const int x : {8, 9})
      f.both(x, 14, sprite::outline);
    return;
  case 1: // a visor
    for (int y = 11; y <= 13; ++y)
      f.row(y, 7, 16, y == 11 ? sprite::gloss : sprite::eye);
    f.set(9, 12, sprite::white);
    f.set(10, 12, sprite::white);
    return;
  default:
    for (const int x : {8, 9}) {
      f.both(x, 12, sprite::white);
      f.both(x, 10, sprite::hair);
    }
    f.set(9, 12, sprite::eye);
    f.set(15, 12, sprite::eye);
    f.both(9, 13, sprite::shade);
  }
}

void draw_mouth(sprite& f, randomness& r) {
  f.row(14, 11, 12, sprite::shade);
  f.set(12, 15, sprite::shade);
  const auto kind = r.below(4);
  f.row(17, 10, kind == 0 ? 12 : 13, sprite::mouth);
  if (kind == 1)
    f.both(9, 16, sprite::mouth);
  if (kind == 2) { // a beard
    for (int y = 15; y <= 18; ++y)
      for (int x = 7; x <= 16; ++x)
        if (f.at(x, y) != sprite::none && (y > 15 || x < 9 || x > 14) && !(y == 17 && x > 9 && x < 14))
          f.set(x, y, sprite::hair);
  }
  if (kind == 3) {
    f.row(17, 14, 18, sprite::white);
    f.set(18, 17, sprite::trim);
  }
}

void draw_hair(sprite& f, randomness& r) {
  const auto kind = r.below(7);
  switch (kind) {
  case 0: // a crest
    for (int y = 1; y <= 8; ++y)
      f.row(y, 10 - (y & 1), 13 + (y & 1), y < 3 ? sprite::gloss : sprite::hair);
    return;
  case 1: // long
    for (int y = 4; y <= 19; ++y) {
      f.row(y, 5 + (y == 4 ? 2 : 0), y < 8 ? 18 - (y == 4 ? 2 : 0) : 7, sprite::hair);
      if (y >= 8)
        f.row(y, 16, 18, sprite::hair);
    }
    return f.row(5, 9, 13, sprite::gloss);
  case 2: // curls
    for (int x = 6; x <= 17; ++x)
      for (int y = 3 + ((x * 7) % 3); y <= 8 - (x > 8 && x < 15 ? 1 : 0); ++y)
        f.set(x, y, (x + y) % 4 == 0 ? sprite::gloss : sprite::hair);
    return;
  case 3: // a cap
    for (int y = 3; y <= 7; ++y)
      f.row(y, 7 - (y > 4 ? 1 : 0), 16 + (y > 4 ? 1 : 0), y == 7 ? sprite::trim : sprite::cloth);
    return f.row(8, 12, 20, sprite::trim);
  case 4: // a crown
    for (int y = 3; y <= 6; ++y)
      for (int x = 7; x <= 16; ++x)
        if (y > 4 || x % 3 == 1)
          f.set(x, y, y == 5 && x % 3 == 1 ? sprite::trim : sprite::metal);
    return;
  case 5: // a hood
    for (int y = 3; y <= 20; ++y)
      for (int x = 4; x <= 19; ++x)
        if ((f.at(x, y) == sprite::none || y < 8) && std::abs(2 * x - 23) < (y < 6 ? 2 * y + 2 : 16))
          f.set(x, y, y == 8 ? sprite::trim : sprite::cloth);
    return;
  default: // short, parted
    for (int y = 4; y <= 8; ++y)
      f.row(y, 7 - (y > 5 ? 1 : 0), y < 7 ? 16 + (y > 5 ? 1 : 0) : 9, sprite::hair);
    f.row(7, 15, 17, sprite::hair);
    f.row(5, 8, 11, sprite::gloss);
  }
}

std::array<colour, 12> inks_of(const palette& p, randomness& r) {
  const bool unearthly = r.chance(.35F);
  const auto skin = unearthly ? mix(p.any(r), {1, 1, 1}, .3F)
                              : oklch(r.between(.45F, .86F), r.between(.05F, .09F), r.between(.11F, .17F));
  const auto hair = mix(p.any(r), {}, r.between(0, .6F)), cloth = p.any(r);
  return {colour{},
          {.006F, .005F, .01F},
          skin,
          skin * .68F,
          hair,
          mix(hair, {1, 1, 1}, .35F),
          cloth,
          mix(p.any(r), {1, 1, 1}, .25F),
          mix(p.any(r), {}, .55F),
          {.92F, .92F, .9F},
          mix(skin, {.35F, .01F, .03F}, .75F),
          oklch(.83F, .15F, .25F)};
}

} // namespace

void draw_portrait(studio& s) {
  auto& r = s.chance;
  const auto far = s.picture.far();
  sprite face;
  draw_shoulders(face, r);
  draw_head(face, r);
  draw_mouth(face, r);
  draw_eyes(face, r);
  draw_hair(face, r);
  if (r.chance(.4F))
    face.set(6, 14, sprite::metal);
  face.surround();
  s.done(.3F);
  const auto inks = inks_of(s.colours, r);
  const auto ground = s.colours.any(r), other = s.colours.any(r);
  const auto pattern = r.below(4);
  const float pixel = 1.0F / side;
  const point corner{(far.x - 1) / 2, far.y - 1};
  s.picture.fill([&](point p, colour) {
    const int x = static_cast<int>(std::floor((p.x - corner.x) / pixel)),
              y = static_cast<int>(std::floor((p.y - corner.y) / pixel));
    if (const auto c = face.at(x, y); c != sprite::none)
      return inks[c];
    const int ring = static_cast<int>(std::hypot(static_cast<float>(x) - 11.5F, static_cast<float>(y) - 11.5F));
    const bool odd = pattern == 0 ? y % 6 < 3 : pattern == 1 ? (x + y) % 8 < 4 : pattern == 2 ? ring % 6 < 3 : y > 13;
    return mix(ground, other, odd ? .3F : 0);
  });
  s.done(1);
}

} // namespace ainft::ai::local
