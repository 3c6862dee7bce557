#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

namespace ainft::asset {

constexpr uint64_t largest_file = 20 * 1024 * 1024; ///< bytes; the setting assets.max-bytes may be lower

/// SHA-256 of a file as 64 hexadecimal digits. It is the file's name in the content-addressed store.
class content_hash : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"", "must be 64 lowercase hexadecimal digits", "^[0-9a-f]{64}$"};
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

AINFT_ENUM(media_type, (png, "image/png"), (jpeg, "image/jpeg"), (webp, "image/webp"), (gif, "image/gif"),
           (mp4, "video/mp4"))

/// Detects the type of a file from its first 16 bytes, not from the client's Content-Type. Empty if the type is not
/// supported.
[[nodiscard]] std::optional<media_type> recognise(std::string_view first_bytes);

/// Properties read from a file. Absent for files that were stored before the platform read them.
struct dimensions {
  std::optional<uint32_t> width; ///< pixels
  std::optional<uint32_t> height;
  std::optional<uint32_t> frames;      ///< of an animation
  std::optional<uint64_t> duration_ms; ///< of a video
};
AINFT_DESCRIBE(dimensions, (width, about("In pixels.")), (height, about("In pixels.")),
               (frames, about("The number of frames of an animation.")),
               (duration_ms, about("The duration of a video, in milliseconds, if the file states it.")))

struct store_asset {
  static constexpr bool creates = true;
  asset_id id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  dimensions found;
};
AINFT_DESCRIBE(store_asset, id, sha256, content_type, size, (found, flattened))

struct asset_stored {
  static constexpr uint16_t version = 2; ///< version 1 has no dimensions; they read as absent
  asset_id id;
  user_id owner;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  runtime::time_point at;
  dimensions found;
};
AINFT_DESCRIBE(asset_stored, id, owner, sha256, content_type, size, at, (found, flattened))

struct view {
  asset_id id;
  user_id owner_id;
  content_hash sha256;
  media_type content_type = media_type::png;
  uint64_t size = 0;
  std::string url; ///< path at the platform's address; signed if the content is not public
  runtime::time_point created_at;
  dimensions found;
};
AINFT_DESCRIBE(view, id, (owner_id, about("The user who stored it.")),
               (sha256, about("The SHA-256 of the content: 64 lower-case hexadecimal digits.")),
               (content_type, about("The media type, which the platform detects from the content.")),
               (size, between(1, largest_file), about("In bytes.")),
               (url, about("Where the content is, relative to the platform's URL. Until the content is public, the "
                           "address has a signature that expires.")),
               (created_at, about("When the user stored it.")), (found, flattened))
AINFT_ABOUT(view, "A file that a user has stored: a picture, an animation or a video.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "asset";
  using view = asset::view;
};

} // namespace ainft::asset
