#include "net/ai/local/art.hpp"

#include "net/ai/local/canvas.hpp"

#include <gtest/gtest.h>
#include <png.h>

#include <set>

namespace {

using namespace ainft::ai::local;

art_request small(std::string prompt, uint64_t seed = 1, std::optional<family> f = {}) {
  return {std::move(prompt), 96, 64, seed, f};
}

/// Decodes a PNG with libpng. Empty if it is not a PNG of this size.
std::vector<uint8_t> pixels_of(const std::string& file, uint32_t width, uint32_t height) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, file.data(), file.size()) || image.width != width
      || image.height != height)
    return {};
  image.format = PNG_FORMAT_RGB;
  std::vector<uint8_t> out(PNG_IMAGE_SIZE(image));
  return png_image_finish_read(&image, nullptr, out.data(), 0, nullptr) ? out : std::vector<uint8_t>{};
}

constexpr family all[] = {family::flow, family::mosaic, family::geometry, family::landscape, family::portrait};

} // namespace

TEST(art, is_a_picture_of_the_size_that_was_asked_for_with_many_colours) {
  for (const auto f : all) {
    const auto file = draw_png(small("a quiet place", 3, f));
    ASSERT_TRUE(file);
    const auto pixels = pixels_of(*file, 96, 64);
    ASSERT_EQ(pixels.size(), 96u * 64 * 3) << static_cast<int>(f);
    std::set<uint32_t> colours;
    for (size_t i = 0; i < pixels.size(); i += 3)
      colours.insert(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
    EXPECT_GT(colours.size(), 4u) << static_cast<int>(f);
  }
}

TEST(art, is_the_same_for_the_same_request_and_another_for_any_other) {
  for (const auto f : all) {
    const auto first = draw_png(small("red fox", 1, f));
    EXPECT_EQ(first, draw_png(small("red fox", 1, f)));
    EXPECT_NE(first, draw_png(small("red fox", 2, f)));
    EXPECT_NE(first, draw_png(small("blue fox", 1, f)));
  }
}

TEST(art, is_drawn_in_every_shape_and_size) {
  for (const auto f : all)
    for (const auto& [w, h] : {std::pair{64U, 64U}, {64U, 300U}, {300U, 64U}}) {
      const auto file = draw_png({"a narrow sea", w, h, 5, f});
      ASSERT_TRUE(file);
      EXPECT_FALSE(pixels_of(*file, w, h).empty()) << w << "x" << h;
    }
}

TEST(art, takes_its_kind_from_the_prompts_words) {
  EXPECT_EQ(family_of("Mountains, at night"), family::landscape);
  EXPECT_EQ(family_of("the PORTRAIT of a king"), family::portrait);
  EXPECT_EQ(family_of("stained glass"), family::mosaic);
  EXPECT_EQ(family_of("Bauhaus"), family::geometry);
  EXPECT_EQ(family_of("silk"), family::flow);
  EXPECT_EQ(family_of("xyz"), family_of("xyz"));
  EXPECT_TRUE(draw_png(small("")));
  EXPECT_TRUE(draw_png(small("日本語 \x01\xff")));
}

TEST(art, takes_its_colours_from_the_prompts_words) {
  const auto mean = [](const char* prompt) {
    const auto pixels = pixels_of(*draw_png(small(prompt, 9, family::flow)), 96, 64);
    std::array<double, 3> out{};
    for (size_t i = 0; i < pixels.size(); ++i)
      out[i % 3] += pixels[i];
    return out;
  };
  const auto red = mean("red"), blue = mean("blue"), night = mean("midnight"), pastel = mean("pastel");
  EXPECT_GT(red[0] / red[2], blue[0] / blue[2]);
  EXPECT_LT(night[0] + night[1] + night[2], pastel[0] + pastel[1] + pastel[2]);
}

TEST(art, stops_when_nobody_wants_it_any_more) {
  for (const auto f : all) {
    float last = 0;
    EXPECT_FALSE(draw_png({"a storm", 256, 256, 1, f}, [&](float share) {
      EXPECT_GE(share, last);
      last = share;
      return share < .2F;
    }));
  }
}
