#include "net/media/inspect.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

#include <png.h>
#include <turbojpeg.h>
#include <webp/encode.h>
#include <zlib.h>

namespace {

using namespace ainft;
using namespace ainft::media;
using namespace ainft::testing_values;
using namespace std::string_literals;
using runtime::errc;
using runtime::result;

std::string big_endian(uint64_t n, int bytes) {
  std::string out;
  for (int i = bytes; i-- > 0;)
    out += static_cast<char>(n >> (8 * i));
  return out;
}

std::string little_endian(uint32_t n) { return {static_cast<char>(n), static_cast<char>(n >> 8)}; }

// -- PNG ------------------------------------------------------------------------------------------------------------

std::string chunk(const std::string& type, const std::string& data) {
  const auto body = type + data;
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(data.size(), 4) + body + big_endian(crc, 4);
}

std::string deflated(const std::string& raw) {
  auto size = compressBound(raw.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size());
  out.resize(size);
  return out;
}

/// A gray PNG that claims this size but has only `rows` rows.
std::string png(uint32_t width, uint32_t height, uint32_t rows, const std::string& more = "") {
  const auto head = big_endian(width, 4) + big_endian(height, 4) + "\x08\0\0\0"s + "\0"s;
  const auto raw = std::string((size_t{width} + 1) * rows, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + more + chunk("IDAT", deflated(raw)) + chunk("IEND", "");
}

std::string written_png() {
  const std::string pixels(33 * 17 * 3, '\x40');
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = 33;
  image.height = 17;
  image.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr);
  std::string out(size, '\0');
  png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr);
  return out;
}

// -- JPEG, WebP -----------------------------------------------------------------------------------------------------

std::string jpeg(int width, int height, int flags = 0) {
  std::vector<unsigned char> rgb(static_cast<size_t>(width * height * 3));
  for (size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<unsigned char>(i * 31);
  auto* writer = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjCompress2(writer, rgb.data(), width, 0, height, TJPF_RGB, &bytes, &size, TJSAMP_420, 90, flags);
  std::string out{reinterpret_cast<char*>(bytes), size};
  tjFree(bytes);
  tjDestroy(writer);
  return out;
}

std::string webp(int width, int height, bool lossless) {
  std::vector<uint8_t> rgb(static_cast<size_t>(width * height * 3));
  for (size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<uint8_t>(i * 37);
  uint8_t* bytes = nullptr;
  const auto size = lossless ? WebPEncodeLosslessRGB(rgb.data(), width, height, width * 3, &bytes)
                             : WebPEncodeRGB(rgb.data(), width, height, width * 3, 80, &bytes);
  std::string out{reinterpret_cast<char*>(bytes), size};
  WebPFree(bytes);
  return out;
}

// -- GIF ------------------------------------------------------------------------------------------------------------

/// One pixel: the codes clear, 0 and end, of three bits each.
std::string gif_frame(uint32_t width = 1, uint32_t height = 1) {
  return "\x2C\0\0\0\0"s + little_endian(width) + little_endian(height) + "\0"s + "\x02\x02\x44\x01\0"s;
}

std::string gif(const std::string& frames, uint32_t width = 1, uint32_t height = 1) {
  return "GIF89a" + little_endian(width) + little_endian(height) + "\x80\0\0"s + std::string(6, '\x7F')
         + "\x21\xF9\x04\0\x05\0\0\0"s + frames + "\x3B";
}

// -- MP4 ------------------------------------------------------------------------------------------------------------

std::string box(const std::string& type, const std::string& content) {
  return big_endian(content.size() + 8, 4) + type + content;
}

std::string track(uint32_t width, uint32_t height, const std::string& handler = "vide", uint32_t stored = 0) {
  const auto head =
    box("tkhd", std::string(76, '\0') + big_endian(uint64_t{width} << 16, 4) + big_endian(uint64_t{height} << 16, 4));
  const auto entry = std::string(8, '\0') + big_endian(86, 4) + "avc1" + std::string(24, '\0') + big_endian(stored, 2)
                     + big_endian(stored, 2) + std::string(50, '\0');
  const auto media =
    box("hdlr", std::string(8, '\0') + handler + std::string(13, '\0')) + box("minf", box("stbl", box("stsd", entry)));
  return box("trak", head + box("mdia", media));
}

std::string movie(const std::string& tracks, uint32_t timescale = 1000, uint32_t duration = 2500) {
  return box("moov", box("mvhd", std::string(12, '\0') + big_endian(timescale, 4) + big_endian(duration, 4)
                                   + std::string(80, '\0'))
                       + tracks);
}

std::string mp4(const std::string& moov) { return box("ftyp", "isom\0\0\0\0isom"s) + moov + box("mdat", "pictures"); }

// -------------------------------------------------------------------------------------------------------------------

const limits usual;

limits tight() {
  limits out;
  out.pixels = 10'000;
  out.frames = 3;
  out.animation_pixels = 20'000;
  out.duration = std::chrono::seconds{3};
  return out;
}

std::string rule_of(const result<facts>& r) {
  if (r)
    return "taken";
  EXPECT_EQ(runtime::explain(r.error()).code, errc::validation_failed);
  return runtime::explain(r.error()).detail;
}

std::pair<uint32_t, uint32_t> size_of(const result<facts>& r) {
  return r ? std::pair{r->width, r->height} : std::pair{0u, 0u};
}

using size = std::pair<uint32_t, uint32_t>;

struct format {
  const char* name;
  result<facts> (*inspect)(std::string_view, const limits&);
  std::string file;
};

std::vector<format> formats() {
  return {{"PNG", inspect_png, png(40, 30, 30)},
          {"JPEG", inspect_jpeg, jpeg(40, 30)},
          {"progressive JPEG", inspect_jpeg, jpeg(40, 30, TJFLAG_PROGRESSIVE)},
          {"WebP", inspect_webp, webp(40, 30, false)},
          {"lossless WebP", inspect_webp, webp(40, 30, true)},
          {"GIF", inspect_gif, gif(gif_frame())},
          {"MP4", inspect_mp4, mp4(movie(track(40, 30)))}};
}

} // namespace

TEST(media, says_how_large_a_picture_is) {
  for (const auto& f : formats())
    EXPECT_EQ(size_of(f.inspect(f.file, usual)), (f.name == "GIF"s ? size{1, 1} : size{40, 30}))
      << f.name << ": " << rule_of(f.inspect(f.file, usual));
  EXPECT_EQ(size_of(inspect_png(written_png(), usual)), (size{33, 17}));
}

TEST(media, refuses_every_file_that_is_cut_off) {
  for (const auto& f : formats())
    for (size_t n = 0; n<f.file.size(); n += f.file.size()> 2000 ? 7 : 1) {
      if (f.name == "JPEG"s && n + 2 >= f.file.size())
        continue; // only the end marker is missing; the picture is complete
      const auto looked = f.inspect(std::string_view{f.file}.substr(0, n), usual);
      // A lossy picture may be complete before the padding of its container ends.
      EXPECT_TRUE(!looked || f.file.size() - n <= 2) << f.name << " cut at " << n << " of " << f.file.size();
    }
}

TEST(media, refuses_a_picture_that_is_larger_than_it_may_be_before_it_decodes_it) {
  const std::string pixels = "must have 1 to 10000 pixels; it is 60000 by 60000";
  EXPECT_EQ(rule_of(inspect_png(png(60'000, 60'000, 1), tight())), pixels);
  EXPECT_EQ(rule_of(inspect_gif(gif(gif_frame(), 60'000, 60'000), tight())), pixels);
  EXPECT_EQ(rule_of(inspect_gif(gif(gif_frame(60'000, 60'000)), tight())), pixels) << "a frame's own size counts, too";
  EXPECT_EQ(rule_of(inspect_mp4(mp4(movie(track(60'000, 60'000))), tight())), pixels);
  EXPECT_EQ(rule_of(inspect_mp4(mp4(movie(track(16, 16, "vide", 60'000))), tight())), pixels)
    << "what it is stored at counts, too";
  auto claims = jpeg(64, 64);
  const auto frame = claims.find("\xFF\xC0"s);
  claims.replace(frame + 5, 4, big_endian(60'000, 2) + big_endian(60'000, 2));
  EXPECT_EQ(rule_of(inspect_jpeg(claims, tight())), pixels);
  EXPECT_EQ(rule_of(inspect_webp(webp(150, 100, true), tight())), "must have 1 to 10000 pixels; it is 150 by 100");
  EXPECT_EQ(rule_of(inspect_png(png(0, 5, 1), tight())), "must be a complete PNG; the file is truncated or damaged");
}

TEST(media, refuses_animations_with_too_many_frames) {
  std::string frames;
  for (int i = 0; i < 3; ++i)
    frames += gif_frame();
  const auto three = inspect_gif(gif(frames), tight());
  ASSERT_TRUE(three) << rule_of(three);
  EXPECT_EQ(three->frames, 3u);
  EXPECT_EQ(rule_of(inspect_gif(gif(frames + gif_frame()), tight())), "must have at most 3 frames");
  EXPECT_EQ(rule_of(inspect_gif(gif(frames, 100, 100), tight())),
            "must have at most 20000 pixels in all frames; it has 3 frames of 100 by 100");
  std::string controls;
  for (uint32_t i = 0; i < 4; ++i)
    controls += chunk("fcTL", big_endian(i, 4) + std::string(22, '\0'));
  EXPECT_EQ(rule_of(inspect_png(png(4, 4, 4, chunk("acTL", big_endian(4, 4) + big_endian(0, 4)) + controls), tight())),
            "must have at most 3 frames");
}

TEST(media, refuses_jpegs_that_are_drawn_over_and_over) {
  const auto whole = jpeg(100, 100, TJFLAG_PROGRESSIVE);
  limits most = tight();
  most.animation_pixels = 1'000'000;
  EXPECT_TRUE(inspect_jpeg(whole, most)) << rule_of(inspect_jpeg(whole, most));
  // Repeats the last scan many times. An encoder writes about ten scans.
  const auto scan = whole.rfind("\xFF\xDA"s), end = whole.rfind("\xFF\xD9"s);
  std::string scans;
  for (int i = 0; i < 100; ++i)
    scans += whole.substr(scan, end - scan);
  auto many = whole;
  many.insert(end, scans);
  EXPECT_EQ(rule_of(inspect_jpeg(many, most)).find("must have at most 1000000 pixels in all scans; it has 1"), 0u)
    << rule_of(inspect_jpeg(many, most));
}

TEST(media, inflates_no_more_of_a_png_than_its_rows) {
  const auto head = big_endian(4, 4) + big_endian(4, 4) + "\x08\0\0\0"s + "\0"s;
  const auto with = [&](size_t surplus) {
    return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + chunk("IDAT", deflated(std::string(5 * 4 + surplus, '\0')))
           + chunk("IEND", "");
  };
  EXPECT_TRUE(inspect_png(with(0), usual));
  EXPECT_TRUE(inspect_png(with(1000), usual)) << "a few bytes more are what some programs write";
  EXPECT_NE(rule_of(inspect_png(with(100'000'000), usual)), "taken");
  // A single row that takes up the whole file.
  std::string noise(900'001, '\0');
  uint32_t x = 1;
  for (auto& c : noise)
    c = static_cast<char>((x = x * 1'664'525 + 1'013'904'223) >> 24);
  noise[0] = 0;
  const auto wide = big_endian(noise.size() - 1, 4) + big_endian(1, 4) + "\x08\0\0\0"s + "\0"s;
  EXPECT_EQ(rule_of(inspect_png(
              "\x89PNG\r\n\x1a\n" + chunk("IHDR", wide) + chunk("IDAT", deflated(noise)) + chunk("IEND", ""), usual)),
            "taken");
}

TEST(media, refuses_pictures_that_lie_about_what_is_in_them) {
  EXPECT_NE(rule_of(inspect_png(png(40, 30, 29), usual)), "taken") << "a row is missing";
  auto flipped = png(40, 30, 30);
  flipped[flipped.size() - 20] = static_cast<char>(flipped[flipped.size() - 20] ^ 1);
  EXPECT_NE(rule_of(inspect_png(flipped, usual)), "taken") << "the checksum is wrong";
  EXPECT_NE(rule_of(inspect_png("\x89PNG\r\n\x1a\n" + chunk("IHDR", "short"), usual)), "taken");
  EXPECT_NE(rule_of(inspect_gif(gif(""), usual)), "taken") << "no frame";
  EXPECT_NE(rule_of(inspect_webp("RIFF\x04\0\0\0WEBP"s, usual)), "taken");
  EXPECT_NE(rule_of(inspect_jpeg("\xff\xd8\xff\xd9"s, usual)), "taken");
}

TEST(mp4, has_one_movie_with_a_video_track_and_media) {
  const auto good = inspect_mp4(mp4(movie(track(40, 30) + track(0, 0, "soun"))), usual);
  ASSERT_TRUE(good) << rule_of(good);
  EXPECT_EQ(good->duration_ms, 2500u);
  EXPECT_EQ(rule_of(inspect_mp4(mp4(movie(track(0, 0, "soun"))), usual)), "must have a video track");
  EXPECT_EQ(rule_of(inspect_mp4(mp4(movie(track(40, 30), 1000, 3'999)), tight())), "taken");
  EXPECT_EQ(rule_of(inspect_mp4(mp4(movie(track(40, 30), 1000, 4'000)), tight())), "must last at most 3 seconds");
  const auto ftyp = box("ftyp", "isom\0\0\0\0"s), moov = movie(track(40, 30)), mdat = box("mdat", "x");
  for (const auto& bad :
       {ftyp + moov, ftyp + mdat, moov + mdat, moov + ftyp + mdat, ftyp + moov + moov + mdat,
        ftyp + movie(track(40, 30), 0) + mdat, ftyp + box("moov", track(40, 30)) + mdat,
        ftyp + moov + big_endian(4, 4) + "mdat", ftyp + moov + big_endian(1, 4) + "mdat" + big_endian(UINT64_MAX, 8)})
    EXPECT_NE(rule_of(inspect_mp4(bad, usual)), "taken");
}

TEST(mp4, is_read_with_bounded_work) {
  std::string nested = box("hdlr", "");
  for (int i = 0; i < 12'000; ++i)
    nested = box("mdia", nested);
  EXPECT_NE(rule_of(inspect_mp4(mp4(movie(box("trak", nested))), usual)), "taken") << "however deep";
  std::string many;
  for (int i = 0; i < 20'000; ++i)
    many += box("free", "");
  EXPECT_NE(rule_of(inspect_mp4(mp4(movie(track(40, 30))) + many, usual)), "taken");
}

RC_GTEST_PROP(media, always_comes_to_an_answer, ()) {
  const auto all = formats();
  const auto& f = all[*rc::gen::inRange<size_t>(0, all.size())];
  auto file = f.file;
  const auto changes =
    *rc::gen::container<std::vector<std::pair<uint32_t, uint8_t>>>(rc::gen::arbitrary<std::pair<uint32_t, uint8_t>>());
  for (const auto& [at, byte] : changes)
    file[at % file.size()] = static_cast<char>(byte);
  const auto looked = f.inspect(file, tight());
  RC_ASSERT(!looked || uint64_t{looked->width} * looked->height <= tight().pixels);
}
