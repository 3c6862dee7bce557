#include "net/ai/local/art.hpp"

#include "net/ai/local/families.hpp"
#include "net/ai/local/writer.hpp"

namespace ainft::ai::local {

namespace {

struct keyword {
  std::string_view word;
  family means;
};

constexpr keyword keywords[] = {
  {"landscape", family::landscape}, {"mountain", family::landscape}, {"mountains", family::landscape},
  {"sea", family::landscape},       {"ocean", family::landscape},    {"lake", family::landscape},
  {"valley", family::landscape},    {"hills", family::landscape},    {"hill", family::landscape},
  {"desert", family::landscape},    {"sunset", family::landscape},   {"sunrise", family::landscape},
  {"dawn", family::landscape},      {"horizon", family::landscape},  {"island", family::landscape},
  {"portrait", family::portrait},   {"face", family::portrait},      {"punk", family::portrait},
  {"avatar", family::portrait},     {"character", family::portrait}, {"pixel", family::portrait},
  {"robot", family::portrait},      {"hero", family::portrait},      {"king", family::portrait},
  {"queen", family::portrait},      {"glass", family::mosaic},       {"mosaic", family::mosaic},
  {"crystal", family::mosaic},      {"window", family::mosaic},      {"cathedral", family::mosaic},
  {"stone", family::mosaic},        {"cells", family::mosaic},       {"fish", family::mosaic},
  {"geometry", family::geometry},   {"geometric", family::geometry}, {"bauhaus", family::geometry},
  {"tiles", family::geometry},      {"grid", family::geometry},      {"city", family::geometry},
  {"abstract", family::geometry},   {"quilt", family::geometry},     {"flow", family::flow},
  {"wind", family::flow},           {"river", family::flow},         {"hair", family::flow},
  {"wave", family::flow},           {"waves", family::flow},         {"storm", family::flow},
  {"dream", family::flow},          {"silk", family::flow},          {"smoke", family::flow},
  {"music", family::flow}};

} // namespace

family family_of(std::string_view prompt) {
  for (const auto& w : words_of(prompt))
    for (const auto& k : keywords)
      if (k.word == w)
        return k.means;
  return static_cast<family>(hash_of(prompt) % enum_names(family{}).size());
}

std::optional<std::string> draw_png(const art_request& what, const std::function<bool(float)>& progress) {
  randomness chance{hash_of(what.prompt) ^ (what.seed * 0x9E3779B97F4A7C15)};
  const auto words = words_of(what.prompt);
  const auto colours = choose_palette(words, chance);
  canvas picture{what.width, what.height};
  const auto done = [&](float share) {
    if (progress && !progress(share * .9F))
      throw stopped{};
  };
  studio s{picture, colours, chance, words, done};
  constexpr void (*draw[])(studio&) = {draw_flow, draw_mosaic, draw_geometry, draw_landscape, draw_portrait};
  const auto kind = what.family.value_or(family_of(what.prompt));
  try {
    draw[static_cast<size_t>(kind)](s);
    done(1);
  } catch (const stopped&) {
    return std::nullopt;
  }
  return encode_png(what.width, what.height, picture.srgb(kind == family::portrait ? 0 : .22F, what.seed));
}

} // namespace ainft::ai::local
