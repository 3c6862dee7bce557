#include "net/ai/local/canvas.hpp"
#include "net/ai/local/local_provider.hpp"
#include "net/ai/local/picture.hpp"
#include "net/ai/local/writer.hpp"

#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>
#include <turbojpeg.h>
#include <webp/encode.h>

#include <cstdlib>
#include <future>

namespace {

using namespace ainft;
using namespace ainft::ai;
using namespace ainft::ai::local;
using runtime::errc;
using testing_values::code_of;

picture gradient(uint32_t width, uint32_t height) {
  picture out{width, height, {}};
  for (uint32_t y = 0; y < height; ++y)
    for (uint32_t x = 0; x < width; ++x)
      for (const auto v : {x * 255 / width, y * 255 / height, 128U})
        out.rgb.push_back(static_cast<uint8_t>(v));
  return out;
}

std::string png_of(const picture& p) { return encode_png(p.width, p.height, p.rgb); }

runtime::result<product> make(request what) {
  static local_provider maker{1};
  std::promise<runtime::result<product>> made;
  maker.make(std::move(what), std::make_shared<making>(), [&](auto r) { made.set_value(std::move(r)); });
  return made.get_future().get();
}

double difference(const picture& a, const picture& b) {
  double sum = 0;
  for (size_t i = 0; i < a.rgb.size(); ++i)
    sum += std::abs(int{a.rgb[i]} - int{b.rgb[i]});
  return sum / static_cast<double>(a.rgb.size());
}

const auto go_on = [](float) { return true; };

} // namespace

TEST(picture, is_read_from_each_form) {
  const auto p = gradient(40, 30);
  const auto png = decode_picture(png_of(p));
  ASSERT_TRUE(png);
  EXPECT_EQ(png->rgb, p.rgb);
  unsigned char* jpeg = nullptr;
  unsigned long size = 0;
  const auto writer = tjInitCompress();
  ASSERT_EQ(tjCompress2(writer, p.rgb.data(), 40, 0, 30, TJPF_RGB, &jpeg, &size, TJSAMP_444, 95, 0), 0);
  const auto from_jpeg = decode_picture({reinterpret_cast<char*>(jpeg), size});
  ASSERT_TRUE(from_jpeg);
  EXPECT_LT(difference(*from_jpeg, p), 3);
  tjFree(jpeg);
  tjDestroy(writer);
  uint8_t* webp = nullptr;
  const auto webp_size = WebPEncodeLosslessRGB(p.rgb.data(), 40, 30, 120, &webp);
  const auto from_webp = decode_picture({reinterpret_cast<char*>(webp), webp_size});
  ASSERT_TRUE(from_webp);
  EXPECT_EQ(from_webp->rgb, p.rgb);
  WebPFree(webp);
}

TEST(picture, that_is_damaged_or_too_large_is_refused) {
  const auto png = png_of(gradient(40, 30));
  EXPECT_EQ(code_of(decode_picture(png.substr(0, png.size() / 2))), errc::unsupported_media_type);
  EXPECT_EQ(code_of(decode_picture(png.substr(0, 20))), errc::unsupported_media_type);
  EXPECT_EQ(code_of(decode_picture("\xff\xd8\xff garbage")), errc::unsupported_media_type);
  EXPECT_EQ(code_of(decode_picture("RIFF0000WEBPVP8 garbage")), errc::unsupported_media_type);
  EXPECT_EQ(code_of(decode_picture("")), errc::unsupported_media_type);
  EXPECT_EQ(code_of(decode_picture("GIF89a")), errc::unsupported_media_type);
  const picture wide{largest_side + 1, 1, std::vector<uint8_t>(size_t{3} * (largest_side + 1))};
  EXPECT_EQ(code_of(decode_picture(png_of(wide))), errc::payload_too_large);
}

TEST(enlarge, keeps_what_it_shows) {
  const auto small = gradient(48, 32);
  const auto large = enlarge(small, 4, go_on);
  ASSERT_EQ(large.width, 192u);
  ASSERT_EQ(large.height, 128u);
  EXPECT_LT(difference(large, gradient(192, 128)), 3) << "a ramp stays a ramp";
  const picture flat{8, 8, std::vector<uint8_t>(8 * 8 * 3, 200)};
  EXPECT_EQ(enlarge(flat, 2, go_on).rgb, std::vector<uint8_t>(16 * 16 * 3, 200)) << "one colour stays one, to the edge";
  EXPECT_EQ(enlarge(small, 2, [](float) { return false; }).width, 0u);
}

TEST(local_provider, varies_more_the_stronger) {
  const auto source = gradient(96, 96);
  const auto vary = [&](double strength, uint32_t seed) {
    request r;
    r.what = work::variation;
    r.prompt = "neon night";
    r.strength = strength;
    r.seed = seed;
    r.source = png_of(source);
    return *decode_picture(make(r)->file);
  };
  EXPECT_LT(difference(vary(0, 1), source), 2);
  EXPECT_LT(difference(vary(.3, 1), source), difference(vary(.9, 1), source));
  EXPECT_EQ(vary(.5, 1).rgb, vary(.5, 1).rgb) << "the same request, the same pixels";
  EXPECT_GT(difference(vary(.5, 1), vary(.5, 2)), 5);
}

TEST(local_provider, writes_the_same_for_the_same) {
  EXPECT_EQ(write_text("a lake at dawn", 1), write_text("a lake at dawn", 1));
  EXPECT_NE(write_text("a lake at dawn", 1), write_text("a lake at dawn", 2));
  EXPECT_NE(write_text("a lake at dawn", 1), write_text("a city in rain", 1));
  for (uint64_t seed = 0; seed < 200; ++seed)
    for (const auto* prompt : {"a lake at dawn", "", "Äöü 漢字", "one",
                               "incomprehensibilities counterrevolutionaries antidisestablishmentarianism"}) {
      const auto text = write_text(prompt, seed);
      EXPECT_EQ(text.find_first_of("{}"), text.npos) << text;
      EXPECT_GT(text.size(), 60u);
      const auto data = nlohmann::json::parse(write_metadata(prompt, seed));
      EXPECT_GE(data["name"].get<std::string>().size(), 1u);
      EXPECT_LE(data["name"].get<std::string>().size(), 32u) << data["name"];
      EXPECT_EQ(data["attributes"].size(), 5u);
    }
}

TEST(local_provider, makes_nothing_larger_than_it_would_read) {
  request r;
  r.what = work::upscale;
  r.scale = 4;
  r.source = png_of(gradient(largest_side / 4, 2));
  EXPECT_EQ(decode_picture(make(r)->file)->width, largest_side);
  r.source = png_of(gradient(largest_side / 4 + 1, 2));
  EXPECT_EQ(code_of(make(r)), errc::payload_too_large);
}

TEST(local_provider, refuses_a_source_that_is_no_picture) {
  request r;
  r.what = work::upscale;
  r.source = "nonsense";
  EXPECT_EQ(code_of(make(r)), errc::unsupported_media_type);
}
