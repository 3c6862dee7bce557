#include "net/media/inspect.hpp"

#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace ainft::media {

namespace {

int read_bytes(GifFileType* gif, GifByteType* to, int size) {
  auto& rest = *static_cast<std::string_view*>(gif->UserData);
  const auto n = std::min(rest.size(), static_cast<size_t>(size));
  std::memcpy(to, rest.data(), n);
  rest.remove_prefix(n);
  return static_cast<int>(n);
}

void close(GifFileType* gif) { DGifCloseFile(gif, nullptr); }

bool decode_rows(GifFileType* gif) {
  std::vector<GifPixelType> row(static_cast<size_t>(gif->Image.Width));
  for (int y = 0; y < gif->Image.Height; ++y)
    if (DGifGetLine(gif, row.data(), gif->Image.Width) != GIF_OK)
      return false;
  return true;
}

bool skip_rows(GifFileType* gif) {
  int size = 0;
  GifByteType* block = nullptr;
  auto status = DGifGetCode(gif, &size, &block);
  while (status == GIF_OK && block)
    status = DGifGetCodeNext(gif, &block);
  return status == GIF_OK;
}

bool skip_extension(GifFileType* gif) {
  int code = 0;
  GifByteType* block = nullptr;
  auto status = DGifGetExtension(gif, &code, &block);
  while (status == GIF_OK && block)
    status = DGifGetExtensionNext(gif, &block);
  return status == GIF_OK;
}

/// Reads and counts the next frame.
caf::error take_frame(GifFileType* gif, uint32_t& frames, const limits& most) {
  if (DGifGetImageDesc(gif) != GIF_OK)
    return damaged("GIF");
  const auto width = static_cast<uint64_t>(gif->Image.Width), height = static_cast<uint64_t>(gif->Image.Height);
  if (auto bad = check_size(width, height, most))
    return bad;
  if (auto bad = check_frames(static_cast<uint64_t>(gif->SWidth), static_cast<uint64_t>(gif->SHeight), ++frames, most))
    return bad;
  return (frames == 1 ? decode_rows(gif) : skip_rows(gif)) ? caf::error{} : damaged("GIF");
}

} // namespace

runtime::result<facts> inspect_gif(std::string_view file, const limits& most) {
  auto rest = file;
  int error = 0;
  const std::unique_ptr<GifFileType, decltype(&close)> gif{DGifOpen(&rest, read_bytes, &error), close};
  if (!gif)
    return damaged("GIF");
  if (auto bad = check_size(static_cast<uint64_t>(gif->SWidth), static_cast<uint64_t>(gif->SHeight), most))
    return bad;
  uint32_t frames = 0;
  for (auto record = UNDEFINED_RECORD_TYPE; record != TERMINATE_RECORD_TYPE;) {
    if (DGifGetRecordType(gif.get(), &record) != GIF_OK)
      return damaged("GIF");
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (auto bad = take_frame(gif.get(), frames, most))
        return bad;
    } else if (record == EXTENSION_RECORD_TYPE && !skip_extension(gif.get())) {
      return damaged("GIF");
    }
  }
  if (frames == 0)
    return damaged("GIF");
  facts out{static_cast<uint32_t>(gif->SWidth), static_cast<uint32_t>(gif->SHeight), {}, {}};
  if (frames > 1)
    out.frames = frames;
  return out;
}

} // namespace ainft::media
