#include "net/media/inspect.hpp"

#include <turbojpeg.h>

#include <memory>
#include <vector>

namespace ainft::media {

namespace {

/// Counts scans, because each scan, however few bytes it has, can cover the whole picture. Also counts those of a
/// thumbnail.
uint64_t count_scans(std::string_view file) {
  constexpr std::string_view start_of_scan = "\xFF\xDA";
  uint64_t out = 0;
  for (auto at = file.find(start_of_scan); at != file.npos; at = file.find(start_of_scan, at + start_of_scan.size()))
    ++out;
  return out;
}

} // namespace

runtime::result<facts> inspect_jpeg(std::string_view file, const limits& most) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
  const std::unique_ptr<void, decltype(&tjDestroy)> reader{tjInitDecompress(), tjDestroy};
  int width = 0, height = 0, sampling = 0, space = 0;
  if (tjDecompressHeader3(reader.get(), bytes, file.size(), &width, &height, &sampling, &space) != 0)
    return damaged("JPEG");
  if (auto bad = check_size(static_cast<uint64_t>(width), static_cast<uint64_t>(height), most))
    return bad;
  if (auto bad = check_scans(static_cast<uint64_t>(width), static_cast<uint64_t>(height), count_scans(file), most))
    return bad;
  constexpr tjscalingfactor eighth{1, 8};
  const int small_width = TJSCALED(width, eighth), small_height = TJSCALED(height, eighth);
  const int format = space == TJCS_CMYK || space == TJCS_YCCK ? TJPF_CMYK : TJPF_RGB;
  std::vector<unsigned char> pixels(static_cast<size_t>(small_width) * static_cast<size_t>(small_height)
                                    * static_cast<size_t>(tjPixelSize[format]));
  constexpr int flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS; // libjpeg reports a truncated file only as a warning
  if (tjDecompress2(reader.get(), bytes, file.size(), pixels.data(), small_width, 0, small_height, format, flags) != 0)
    return damaged("JPEG");
  return facts{static_cast<uint32_t>(width), static_cast<uint32_t>(height), {}, {}};
}

} // namespace ainft::media
