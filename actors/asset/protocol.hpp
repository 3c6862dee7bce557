#pragma once

#include "actors/ids.hpp"
#include "runtime/messages.hpp"

#include <tuple>

namespace ainft::asset {

/// SHA-256 of a file as 64 hexadecimal digits; its name in the content-addressed store.
class content_hash : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"", "must be 64 lower-case hexadecimal digits", "^[0-9a-f]{64}$"};
  static runtime::result<content_hash> parse(std::string_view text) {
    if (text.size() != 64 || text.find_first_not_of("0123456789abcdef") != text.npos)
      return runtime::refuse(runtime::errc::validation_failed, std::string{schema.description});
    content_hash out;
    out.text_ = text;
    return out;
  }
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const content_hash&, const content_hash&) = default;

private:
  std::string text_ = std::string(64, '0');
};

enum class media_type : uint8_t { png, jpeg, webp, gif, mp4 };
constexpr auto enum_names(media_type) {
  return std::array<std::string_view, 5>{"image/png", "image/jpeg", "image/webp", "image/gif", "video/mp4"};
}


/// What a file begins with decides its type, not what the client says; nothing if it is none of ours. Needs the first 16
/// bytes.
[[nodiscard]] std::optional<media_type> recognise(std::string_view first_bytes);

/// What was found in a file. Absent for files that were stored before they were looked into.
struct dimensions {
  std::optional<uint32_t> width; ///< pixels
  std::optional<uint32_t> height;
  std::optional<uint32_t> frames;      ///< of an animation
  std::optional<uint64_t> duration_ms; ///< of a video
};

/// The fields of dimensions, for those who have more beside them.
template <class Inspector>
auto dimension_fields(Inspector& f, dimensions& x) {
  return std::make_tuple(f.field("width", x.width), f.field("height", x.height), f.field("frames", x.frames), f.field("duration_ms", x.duration_ms));
}

struct store_asset {
  static constexpr bool creates = true;
  asset_id id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  dimensions found;
};

template <class Inspector>
bool inspect(Inspector& f, store_asset& x) {
  return std::apply([&](auto&&... found) {
    return f.object(x).fields(f.field("id", x.id), f.field("sha256", x.sha256), f.field("content_type", x.content_type),
                              f.field("size", x.size), std::move(found)...);
  }, dimension_fields(f, x.found));
}

struct asset_stored {
  static constexpr uint16_t version = 2; ///< 1 had no dimensions, which is as if they were absent
  asset_id id;
  user_id owner;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  runtime::time_point at;
  dimensions found;
};

template <class Inspector>
bool inspect(Inspector& f, asset_stored& x) {
  return std::apply([&](auto&&... found) {
    return f.object(x).fields(f.field("id", x.id), f.field("owner", x.owner), f.field("sha256", x.sha256),
                              f.field("content_type", x.content_type), f.field("size", x.size), f.field("at", x.at), std::move(found)...);
  }, dimension_fields(f, x.found));
}

struct view {
  asset_id id;
  user_id owner_id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  std::string url; ///< path under the platform's address; signed where the content is not public
  runtime::time_point created_at;
  dimensions found;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return std::apply([&](auto&&... found) {
    return f.object(x).fields(f.field("id", x.id), f.field("owner_id", x.owner_id), f.field("sha256", x.sha256),
                              f.field("content_type", x.content_type), f.field("size", x.size), f.field("url", x.url),
                              f.field("created_at", x.created_at), std::move(found)...);
  }, dimension_fields(f, x.found));
}

} // namespace ainft::asset

CAF_BEGIN_TYPE_ID_BLOCK(ainft_asset, ainft::runtime::capability_type_ids(3))
  CAF_ADD_TYPE_ID(ainft_asset, (ainft::asset::store_asset))
CAF_END_TYPE_ID_BLOCK(ainft_asset)
