#include "net/ai/local/families.hpp"

namespace ainft::ai::local {

void draw_flow(studio& s) {
  auto& r = s.chance;
  const auto far = s.picture.far();
  const noise_field field{r.next()}, tint{r.next()};
  s.picture.fill([&, soft = noise_field{r.next()}](point p, colour) {
    return mix(s.colours.paper, s.colours.at(.5F + .5F * soft.sum(p.x * 1.5F, p.y * 1.5F, 3)),
               s.colours.is_dark ? .16F : .1F);
  });
  const float scale = r.between(1.1F, 2.6F), turns = r.between(.5F, 1.25F), lean = r.unit();
  const float swirl = r.chance(.5F) ? r.between(.2F, .7F) : 0;
  const point eye{far.x * r.between(.3F, .7F), far.y * r.between(.3F, .7F)};
  const auto angle = [&](point p) {
    const auto d = p - eye;
    const float around = std::atan2(d.y, d.x) / (2 * std::numbers::pi_v<float>)+.25F;
    const float a = lean + turns * field.sum(p.x * scale, p.y * scale, 3);
    return 2 * std::numbers::pi_v<float> * std::lerp(a, around, swirl * std::exp(-3 * std::hypot(d.x, d.y)));
  };
  constexpr int threads = 2600, steps = 70;
  constexpr float step = .0055F;
  for (int i = 0; i < threads; ++i) {
    if (i % 100 == 0)
      s.done(static_cast<float>(i) / threads);
    point at{r.between(-.05F, far.x + .05F), r.between(-.05F, far.y + .05F)};
    const float width = .0009F + .0042F * std::pow(r.unit(), 3.0F);
    const auto c = mix(s.colours.at(.5F + .75F * tint.sum(at.x * 1.7F, at.y * 1.7F, 2) + r.between(-.1F, .1F)),
                       s.colours.ink, r.chance(.06F) ? .8F : 0);
    const int length = steps / 3 + static_cast<int>(r.below(steps));
    for (int k = 0; k < length; ++k) {
      const float a = angle(at), fade = std::sin(std::numbers::pi_v<float> * static_cast<float>(k + 1)
                                                 / static_cast<float>(length + 1));
      const point next = at + point{std::cos(a), std::sin(a)} * step;
      s.picture.stroke(at, next, width * (.3F + .7F * fade), c, .85F);
      at = next;
    }
  }
}

} // namespace ainft::ai::local
