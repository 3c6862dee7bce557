#include "net/ai/local/palette.hpp"

#include <optional>
#include <unordered_map>

namespace ainft::ai::local {

namespace {

/// The effect of a word on the palette: a hue in turns, or a mood.
struct meaning {
  std::optional<float> hue;
  float chroma = 0;    ///< added to the palette's chroma
  float lightness = 0; ///< added to the ground's lightness; a negative sum makes the ground dark
};

const std::unordered_map<std::string_view, meaning>& meanings() {
  static const std::unordered_map<std::string_view, meaning> all{{"red", {.08F}},
                                                                 {"crimson", {.06F}},
                                                                 {"fire", {.11F, .04F}},
                                                                 {"flame", {.12F, .04F}},
                                                                 {"rose", {.01F}},
                                                                 {"pink", {.99F}},
                                                                 {"orange", {.16F}},
                                                                 {"autumn", {.15F}},
                                                                 {"copper", {.14F}},
                                                                 {"rust", {.12F}},
                                                                 {"desert", {.18F}},
                                                                 {"sand", {.2F, -.03F}},
                                                                 {"yellow", {.28F}},
                                                                 {"gold", {.25F}},
                                                                 {"golden", {.25F}},
                                                                 {"sun", {.24F, .02F}},
                                                                 {"honey", {.22F}},
                                                                 {"dawn", {.12F, .02F}},
                                                                 {"sunset", {.11F, .04F}},
                                                                 {"sunrise", {.14F, .03F}},
                                                                 {"green", {.39F}},
                                                                 {"forest", {.4F}},
                                                                 {"jungle", {.38F}},
                                                                 {"moss", {.34F}},
                                                                 {"leaf", {.37F}},
                                                                 {"spring", {.36F}},
                                                                 {"emerald", {.44F}},
                                                                 {"teal", {.53F}},
                                                                 {"turquoise", {.54F}},
                                                                 {"sea", {.6F}},
                                                                 {"ocean", {.63F}},
                                                                 {"water", {.61F}},
                                                                 {"ice", {.6F, -.05F}},
                                                                 {"winter", {.62F, -.05F}},
                                                                 {"sky", {.65F}},
                                                                 {"blue", {.7F}},
                                                                 {"cobalt", {.72F}},
                                                                 {"indigo", {.76F}},
                                                                 {"violet", {.81F}},
                                                                 {"purple", {.83F}},
                                                                 {"lavender", {.82F, -.04F}},
                                                                 {"magenta", {.93F}},
                                                                 {"plum", {.9F}},
                                                                 {"neon", {{}, .1F, -1}},
                                                                 {"night", {{}, 0, -1}},
                                                                 {"dark", {{}, 0, -1}},
                                                                 {"moon", {{}, -.02F, -1}},
                                                                 {"space", {.77F, .02F, -1}},
                                                                 {"star", {{}, 0, -1}},
                                                                 {"stars", {{}, 0, -1}},
                                                                 {"midnight", {.72F, 0, -1}},
                                                                 {"cyberpunk", {.93F, .1F, -1}},
                                                                 {"pastel", {{}, -.06F, 1}},
                                                                 {"soft", {{}, -.05F, .5F}},
                                                                 {"pale", {{}, -.06F, 1}},
                                                                 {"calm", {{}, -.04F}},
                                                                 {"vivid", {{}, .06F}},
                                                                 {"bright", {{}, .05F, .5F}},
                                                                 {"bold", {{}, .06F}},
                                                                 {"grey", {{}, -.14F}},
                                                                 {"gray", {{}, -.14F}},
                                                                 {"fog", {{}, -.09F, .5F}},
                                                                 {"mist", {{}, -.08F, .5F}},
                                                                 {"monochrome", {{}, -.2F}},
                                                                 {"snow", {.64F, -.07F, 1}},
                                                                 {"white", {{}, -.05F, 1}},
                                                                 {"black", {{}, -.02F, -1}},
                                                                 {"lava", {.1F, .08F, -1}},
                                                                 {"coral", {.06F, .02F}},
                                                                 {"peach", {.13F, -.03F, .5F}}};
  return all;
}

} // namespace

palette choose_palette(const std::vector<std::string>& words, randomness& r) {
  std::vector<float> hues;
  float chroma = .13F, ground = 0;
  for (const auto& w : words) {
    const auto it = meanings().find(w);
    if (it == meanings().end())
      continue;
    if (it->second.hue)
      hues.push_back(*it->second.hue);
    chroma += it->second.chroma;
    ground += it->second.lightness;
  }
  const float base = hues.empty() ? r.unit() : hues[0];
  chroma = std::clamp(chroma, .008F, .26F);
  // Hues that the words do not name follow from the first hue by a color harmony: analogous, triadic or complementary.
  constexpr float harmonies[][4] = {
    {.06F, -.06F, .11F, .5F}, {.33F, -.33F, .05F, .38F}, {.5F, .46F, .05F, .54F}, {.08F, .16F, .5F, .24F}};
  const auto& harmony = harmonies[r.below(4)];
  palette out;
  out.is_dark = ground < -.25F || (std::abs(ground) <= .25F && r.chance(.4F));
  out.paper = out.is_dark ? oklch(.14F + .05F * r.unit(), chroma * .35F, base)
                          : oklch(.94F + .03F * r.unit(), chroma * .18F, base);
  out.ink = out.is_dark ? oklch(.95F, chroma * .2F, base + .05F) : oklch(.2F, chroma * .4F, base + .5F);
  for (size_t i = 0; i < 5; ++i) {
    const float hue = i < hues.size() ? hues[i] : base + (i == 0 ? 0 : harmony[i - 1]);
    const float lightness = (out.is_dark ? .48F : .42F) + .38F * static_cast<float>((i * 2) % 5) / 4 + .04F * r.unit();
    out.tones.push_back(oklch(lightness, chroma * r.between(.8F, 1.25F), hue + r.between(-.012F, .012F)));
  }
  return out;
}

} // namespace ainft::ai::local
