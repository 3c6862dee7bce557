#pragma once

#include "actors/ids.hpp"
#include "runtime/messages.hpp"

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

constexpr uint64_t size_limit = 20 * 1024 * 1024; ///< bytes

/// What a file begins with decides its type, not what the client says; nothing if it is none of ours. Needs the first 16
/// bytes.
[[nodiscard]] std::optional<media_type> recognise(std::string_view first_bytes);

struct store_asset {
  static constexpr bool creates = true;
  asset_id id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
};

template <class Inspector>
bool inspect(Inspector& f, store_asset& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("sha256", x.sha256), f.field("content_type", x.content_type),
                            f.field("size", x.size));
}

struct asset_stored {
  asset_id id;
  user_id owner;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, asset_stored& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner", x.owner), f.field("sha256", x.sha256),
                            f.field("content_type", x.content_type), f.field("size", x.size), f.field("at", x.at));
}

struct view {
  asset_id id;
  user_id owner_id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  std::string url; ///< path under the platform's address
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner_id", x.owner_id), f.field("sha256", x.sha256),
                            f.field("content_type", x.content_type), f.field("size", x.size), f.field("url", x.url),
                            f.field("created_at", x.created_at));
}

} // namespace ainft::asset

CAF_BEGIN_TYPE_ID_BLOCK(ainft_asset, ainft::runtime::capability_type_ids(3))
  CAF_ADD_TYPE_ID(ainft_asset, (ainft::asset::store_asset))
CAF_END_TYPE_ID_BLOCK(ainft_asset)
