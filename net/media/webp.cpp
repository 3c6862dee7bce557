#include "net/media/inspect.hpp"

#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

namespace ainft::media {

namespace {

const uint8_t* bytes_of(std::string_view s) { return reinterpret_cast<const uint8_t*>(s.data()); }

/// Decodes one frame at an eighth of its size.
bool decodes(const uint8_t* bytes, size_t size) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config) || WebPGetFeatures(bytes, size, &config.input) != VP8_STATUS_OK)
    return false;
  config.options.use_scaling = 1;
  config.options.scaled_width = std::max(1, config.input.width / 8);
  config.options.scaled_height = std::max(1, config.input.height / 8);
  const auto status = WebPDecode(bytes, size, &config);
  WebPFreeDecBuffer(&config.output);
  return status == VP8_STATUS_OK;
}

runtime::result<facts> inspect_animation(std::string_view file, const limits& most) {
  const WebPData data{bytes_of(file), file.size()};
  const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> parts{WebPDemux(&data), WebPDemuxDelete};
  if (!parts)
    return damaged("WebP");
  const auto width = WebPDemuxGetI(parts.get(), WEBP_FF_CANVAS_WIDTH),
             height = WebPDemuxGetI(parts.get(), WEBP_FF_CANVAS_HEIGHT);
  const auto frames = WebPDemuxGetI(parts.get(), WEBP_FF_FRAME_COUNT);
  if (auto bad = check_size(width, height, most))
    return bad;
  if (auto bad = check_frames(width, height, frames, most))
    return bad;
  WebPIterator frame;
  bool good = WebPDemuxGetFrame(parts.get(), 1, &frame) && decodes(frame.fragment.bytes, frame.fragment.size);
  for (bool more = good; more && good; more = WebPDemuxNextFrame(&frame) != 0)
    good = frame.complete != 0 && WebPGetInfo(frame.fragment.bytes, frame.fragment.size, nullptr, nullptr) != 0;
  WebPDemuxReleaseIterator(&frame);
  if (!good)
    return damaged("WebP");
  return facts{width, height, frames, {}};
}

} // namespace

runtime::result<facts> inspect_webp(std::string_view file, const limits& most) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes_of(file), file.size(), &features) != VP8_STATUS_OK)
    return damaged("WebP");
  if (auto bad = check_size(static_cast<uint64_t>(features.width), static_cast<uint64_t>(features.height), most))
    return bad;
  if (features.has_animation)
    return inspect_animation(file, most);
  if (!decodes(bytes_of(file), file.size()))
    return damaged("WebP");
  return facts{static_cast<uint32_t>(features.width), static_cast<uint32_t>(features.height), {}, {}};
}

} // namespace ainft::media
