#include "net/media/inspect.hpp"

#include <algorithm>
#include <string>

namespace ainft::media {

namespace {

constexpr size_t most_boxes = 10'000;
constexpr int deepest = 8; ///< maximum nesting of boxes in a track

struct box {
  std::string_view type;
  std::string_view content;
};

/// Reads a big-endian number of `size` bytes. Returns 0 beyond the end.
uint64_t number(std::string_view from, size_t at, size_t size) {
  uint64_t out = 0;
  if (at + size > from.size())
    return 0;
  for (size_t i = 0; i < size; ++i)
    out = out << 8 | static_cast<uint8_t>(from[at + i]);
  return out;
}

/// Reads a sequence of boxes (14496-12, section 4.2). Each box uses up one of `left`, which is shared by the whole
/// file.
class boxes {
public:
  boxes(std::string_view in, size_t& left) : rest_{in}, left_{left} {}

  /// Calls `f(box)` for each box. False if a box is incomplete, if there are too many boxes, or if `f` returns false.
  template <class F>
  bool each(F f) {
    while (!rest_.empty()) {
      if (rest_.size() < 8 || left_ == 0)
        return false;
      --left_;
      uint64_t size = number(rest_, 0, 4), head = 8;
      if (size == 1) {
        size = number(rest_, 8, 8);
        head = 16;
      } else if (size == 0) { // extends to the end
        size = rest_.size();
      }
      if (size < head || size > rest_.size() || rest_.size() < head)
        return false;
      if (!f(box{rest_.substr(4, 4), rest_.substr(head, size - head)}))
        return false;
      rest_.remove_prefix(size);
    }
    return true;
  }

private:
  std::string_view rest_;
  size_t& left_;
};

struct movie {
  size_t left = most_boxes;
  size_t headers = 0;
  uint64_t timescale = 0, duration = 0; ///< duration: 0 if unknown
  bool has_video = false;
  uint64_t width = 0, height = 0; ///< of the largest video track, per dimension
};

struct track {
  uint64_t width = 0, height = 0;
  bool is_video = false;
};

void read_movie_header(std::string_view c, movie& m) {
  const bool wide = number(c, 0, 1) == 1;
  ++m.headers;
  m.timescale = number(c, wide ? 20 : 12, 4);
  m.duration = number(c, wide ? 24 : 16, wide ? 8 : 4);
  if (m.duration == (wide ? UINT64_MAX : UINT32_MAX))
    m.duration = 0;
}

/// The display size, as 16.16 fixed-point numbers.
void read_track_header(std::string_view c, track& t) {
  const bool wide = number(c, 0, 1) == 1;
  t.width = std::max(t.width, number(c, wide ? 88 : 76, 4) >> 16);
  t.height = std::max(t.height, number(c, wide ? 92 : 80, 4) >> 16);
}

/// The stored size, from the first visual sample entry (14496-12, section 12.1.3).
void read_sample_description(std::string_view c, track& t) {
  t.width = std::max(t.width, number(c, 40, 2));
  t.height = std::max(t.height, number(c, 42, 2));
}

bool read_track(std::string_view content, track& t, size_t& left, int depth = 0) {
  return depth < deepest && boxes{content, left}.each([&](const box& b) {
    if (b.type == "tkhd")
      read_track_header(b.content, t);
    else if (b.type == "hdlr")
      t.is_video = t.is_video || b.content.substr(std::min<size_t>(8, b.content.size()), 4) == "vide";
    else if (b.type == "stsd" && t.is_video) // hdlr comes before stsd
      read_sample_description(b.content, t);
    else if (b.type == "mdia" || b.type == "minf" || b.type == "stbl")
      return read_track(b.content, t, left, depth + 1);
    return true;
  });
}

bool read_movie(std::string_view content, movie& m) {
  return boxes{content, m.left}.each([&](const box& b) {
    if (b.type == "mvhd")
      read_movie_header(b.content, m);
    if (b.type != "trak")
      return true;
    track t;
    if (!read_track(b.content, t, m.left))
      return false;
    if (t.is_video) {
      m.has_video = true;
      m.width = std::max(m.width, t.width);
      m.height = std::max(m.height, t.height);
    }
    return true;
  });
}

} // namespace

runtime::result<facts> inspect_mp4(std::string_view file, const limits& most) {
  movie m;
  size_t types = 0, movies = 0, media = 0, before = 0;
  const bool whole = boxes{file, m.left}.each([&](const box& b) {
    types += b.type == "ftyp" && before == 0 ? 1 : 0;
    media += b.type == "mdat" && !b.content.empty() ? 1 : 0;
    ++before;
    return b.type != "moov" || (++movies == 1 && read_movie(b.content, m));
  });
  if (!whole || types != 1 || movies != 1 || m.headers != 1 || media == 0 || m.timescale == 0)
    return damaged("MP4");
  if (!m.has_video)
    return runtime::refuse(runtime::errc::validation_failed, "must have a video track");
  if (auto bad = check_size(m.width, m.height, most))
    return bad;
  if (m.duration / m.timescale > static_cast<uint64_t>(most.duration.count()))
    return runtime::refuse(runtime::errc::validation_failed,
                           "must last at most " + std::to_string(most.duration.count()) + " seconds");
  facts out{static_cast<uint32_t>(m.width), static_cast<uint32_t>(m.height), {}, {}};
  if (m.duration > 0)
    out.duration_ms = m.duration / m.timescale * 1000 + m.duration % m.timescale * 1000 / m.timescale;
  return out;
}

} // namespace ainft::media
