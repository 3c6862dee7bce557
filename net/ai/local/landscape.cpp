#include "net/ai/local/families.hpp"

namespace ainft::ai::local {

namespace {

/// The colors of the sky, and its sun or moon.
struct heavens {
  colour top, horizon, light;
  point body;
  float radius;
};

heavens make_heavens(studio& s, point far) {
  auto& r = s.chance;
  heavens out;
  const auto& tones = s.colours.tones;
  out.light = mix(tones[0], {1, .95F, .85F}, s.colours.is_dark ? .75F : .6F);
  out.top = s.colours.is_dark ? s.colours.paper : mix(tones[r.below(2) + 1], tones[0], .25F);
  out.horizon =
    mix(tones[0], s.colours.is_dark ? s.colours.paper : colour{1, .96F, .88F}, s.colours.is_dark ? .45F : .5F);
  out.body = {far.x * r.between(.2F, .8F), far.y * r.between(.16F, .4F)};
  out.radius = r.between(.045F, .11F);
  return out;
}

void draw_sky(studio& s, const heavens& h, float horizon, const noise_field& clouds) {
  auto& r = s.chance;
  const float cover = r.between(.1F, .55F);
  s.picture.fill([&](point p, colour) {
    const float down = std::clamp(p.y / horizon, 0.0F, 1.0F);
    auto c = mix(h.top, h.horizon, down * down * (3 - 2 * down));
    const float away = std::hypot(p.x - h.body.x, p.y - h.body.y);
    c = mix(c, h.light, .75F * std::exp(-away * (s.colours.is_dark ? 7.5F : 4.2F)));
    const float cloud = clouds.sum(p.x * 1.4F + 3, p.y * 5.5F, 5);
    return mix(c, h.light, cover * std::clamp(cloud * 2.2F - .1F, 0.0F, 1.0F) * (.35F + .65F * down));
  });
  if (s.colours.is_dark)
    for (int i = 0; i < 420; ++i) {
      const float bright = std::pow(r.unit(), 4.0F);
      s.picture.disc({r.unit() * s.picture.far().x, r.unit() * horizon}, .0006F + .0016F * bright, {1, 1, 1},
                     .25F + .75F * bright);
    }
  s.picture.disc(h.body, h.radius, h.light, 1);
  if (s.colours.is_dark) // dark spots on the moon
    for (int i = 0; i < 7; ++i) {
      const float a = r.between(0, 6.283F), d = h.radius * r.between(0, .6F);
      s.picture.disc(h.body + point{std::cos(a), std::sin(a)} * d, h.radius * r.between(.06F, .22F),
                     mix(h.light, h.top, .35F), .35F);
    }
}

void draw_ridge(studio& s, float base, float height, float roughness, const noise_field& shape, colour top,
                colour foot) {
  const float scale = s.chance.between(.9F, 1.7F) * roughness, shift = s.chance.between(0, 90);
  std::vector<float> edge(s.picture.width() + 2), crest(edge.size());
  for (size_t i = 0; i < edge.size(); ++i) {
    const float x = static_cast<float>(i) * s.picture.pixel();
    // Sharp peaks: the absolute value of a noise has its folds at 0.
    const float folds = 1 - 2 * std::abs(shape.at(x * scale + shift, shift))
                        + .5F * (1 - 2 * std::abs(shape.at(x * scale * 2.3F - shift, shift)))
                        + .9F * shape.sum(x * scale * 4 + shift, 7, 5);
    edge[i] = base - height * folds * .6F;
    crest[i] = base - height * .6F * (1 - 2 * std::abs(shape.at(x * scale + shift, shift)));
  }
  const float top_edge = *std::min_element(edge.begin(), edge.end());
  s.picture.fill(
    [&](point p, colour under) {
      const auto column = std::min(static_cast<size_t>(p.x / s.picture.pixel()), edge.size() - 1);
      const float e = edge[column];
      const float k = std::clamp((p.y - e) / s.picture.pixel() + .5F, 0.0F, 1.0F);
      if (k <= 0)
        return under;
      const float depth = std::clamp((p.y - crest[column] + .3F * height) / (height * 2 + .04F), 0.0F, 1.0F);
      const float rock = .22F * shape.sum(p.x * 9 + p.y * 3, p.y * 13 + shift, 4);
      return mix(under, mix(top, foot, depth) * (1 + rock), k);
    },
    top_edge - s.picture.pixel());
}

/// Mirrors the picture above the shore in the water below, distorted by waves.
void draw_water(studio& s, float shore, const heavens& h, const canvas& above) {
  const noise_field waves{s.chance.next()};
  const auto tint = mix(s.colours.at(s.chance.unit()), s.colours.paper, s.colours.is_dark ? .75F : .35F);
  s.picture.fill(
    [&](point p, colour under) {
      if (p.y < shore)
        return under;
      const float near = (p.y - shore) / (s.picture.far().y - shore);
      const float ripple = waves.at(p.x * (5 + 10 * (1 - near)), p.y * (34 + 60 * (1 - near))) * (.008F + .035F * near);
      const auto mirrored = above.look({p.x + ripple, 2 * shore - p.y + ripple * 1.5F});
      auto c = mix(mirrored, tint, .28F + .3F * near);
      const float glitter = std::clamp(waves.at(p.x * 26, p.y * 120) * 2 - .75F, 0.0F, 1.0F)
                            * std::exp(-9 * std::abs(p.x - h.body.x) / (1 + 2 * near));
      return mix(c, h.light, .8F * glitter);
    },
    shore);
}

} // namespace

void draw_landscape(studio& s) {
  auto& r = s.chance;
  const auto far = s.picture.far();
  const bool by_chance = r.chance(.4F), water = by_chance
                                                || says(s, {"sea", "ocean", "lake", "water", "river", "island",
                                                            "islands", "harbour", "bay", "beach", "coast"});
  const float horizon = far.y * (water ? r.between(.52F, .64F) : r.between(.55F, .7F));
  const auto h = make_heavens(s, far);
  const noise_field shape{r.next()}, clouds{r.next()};
  draw_sky(s, h, horizon, clouds);
  s.done(.25F);
  const int ridges = 3 + static_cast<int>(r.below(3));
  const auto near_colour =
    mix(s.colours.tones[1 + r.below(4)], s.colours.is_dark ? colour{} : s.colours.ink, s.colours.is_dark ? .86F : .6F);
  for (int i = 0; i < ridges; ++i) {
    const float t = static_cast<float>(i + 1) / static_cast<float>(ridges);
    const float base =
      water ? horizon - .012F * static_cast<float>(ridges - 1 - i) : horizon + (far.y - horizon) * .75F * t * t;
    const auto top = mix(h.horizon, near_colour, t * .92F),
               foot = mix(h.horizon, near_colour, std::max(t - .22F, 0.0F));
    draw_ridge(s, base, (water ? .2F - .12F * t : .26F - .12F * t) * r.between(.7F, 1.25F), .9F + 1.2F * t, shape, top,
               foot);
    s.done(.25F + .55F * t);
  }
  if (water)
    draw_water(s, horizon, h, canvas{s.picture});
  s.done(1);
}

} // namespace ainft::ai::local
