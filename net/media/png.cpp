#include "net/media/inspect.hpp"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace ainft::media {

namespace {

/// Maximum bytes of the file that reading the last row may consume beyond the row's size. libpng also inflates, and
/// discards, compressed data after the last row.
constexpr size_t most_after_last_row = 65'536;

struct reading {
  std::string_view file;
  size_t at = 0;
  size_t end = file.size(); ///< limit for reading now
  uint32_t animated_frames = 0;
  std::vector<png_byte> row;
};

void read_bytes(png_structp png, png_bytep to, size_t size) {
  auto& from = *static_cast<reading*>(png_get_io_ptr(png));
  if (size > from.end - from.at)
    png_error(png, "unexpected end of file");
  std::memcpy(to, from.file.data() + from.at, size);
  from.at += size;
}

[[noreturn]] void on_error(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void on_warning(png_structp, png_const_charp) {}

/// Counts the frames of an APNG. libpng does not know its chunks.
int on_unknown_chunk(png_structp png, png_unknown_chunkp chunk) {
  if (std::memcmp(chunk->name, "fcTL", 4) == 0)
    ++static_cast<reading*>(png_get_user_chunk_ptr(png))->animated_frames;
  return 1;
}

/// libpng reports errors with longjmp. So this function and read_rows() must not have objects with destructors; their
/// caller owns these.
bool read_head(png_structp png, png_infop info) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_read_info(png, info);
  return true;
}

bool read_rows(png_structp png, png_infop info, reading& from) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  const int passes = png_set_interlace_handling(png);
  const auto height = png_get_image_height(png, info);
  for (int pass = 0; pass < passes; ++pass)
    for (png_uint_32 y = 0; y < height; ++y) {
      const bool is_last = pass + 1 == passes && y + 1 == height;
      from.end =
        is_last ? std::min(from.file.size(), from.at + from.row.size() + most_after_last_row) : from.file.size();
      png_read_row(png, from.row.data(), nullptr);
    }
  from.end = from.file.size();
  png_read_end(png, nullptr);
  return true;
}

} // namespace

runtime::result<facts> inspect_png(std::string_view file, const limits& most) {
  reading from{file};
  auto* png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, on_error, on_warning);
  auto* info = png ? png_create_info_struct(png) : nullptr;
  const auto destroy = [&](void*) { png_destroy_read_struct(&png, &info, nullptr); };
  const std::unique_ptr<void, decltype(destroy)> held{&from, destroy};
  if (!info)
    return runtime::refuse(runtime::errc::unavailable, "not enough memory to read the file");
  png_set_read_fn(png, &from, read_bytes);
  png_set_read_user_chunk_fn(png, &from, on_unknown_chunk);
  if (!read_head(png, info))
    return damaged("PNG");
  const auto width = png_get_image_width(png, info), height = png_get_image_height(png, info);
  if (auto bad = check_size(width, height, most))
    return bad;
  from.row.resize(png_get_rowbytes(png, info));
  if (!read_rows(png, info, from))
    return damaged("PNG");
  if (auto bad = check_frames(width, height, from.animated_frames, most))
    return bad;
  facts out{width, height, {}, {}};
  if (from.animated_frames > 0)
    out.frames = from.animated_frames;
  return out;
}

} // namespace ainft::media
