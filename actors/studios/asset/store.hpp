#pragma once

#include "actors/studios/asset/protocol.hpp"
#include "net/http/call.hpp"
#include "net/media/inspect.hpp"

#include <filesystem>

namespace ainft::asset {

struct stored_file {
  content_hash sha256;
  media_type type = media_type::png;
  uint64_t size = 0;
  media::facts found;
};

/// The path of a content below the assets folder.
[[nodiscard]] std::filesystem::path path_of(const std::filesystem::path& folder, const content_hash& sha256);

/// Writes a body to the store as it arrives, inspects it (see media::inspect_png), and returns its properties. When it
/// returns, the file is on the disk (fsync). A refused file is deleted: errc::unsupported_media_type,
/// errc::payload_too_large, errc::validation_failed (with the field `/file` and the rule), errc::malformed_request
/// (empty body), errc::unavailable (disk or memory), or the body's own error.
[[nodiscard]] boost::asio::awaitable<runtime::result<stored_file>> store(const std::filesystem::path& folder,
                                                                         http::body_stream& body,
                                                                         const media::upload_limits& limits);

} // namespace ainft::asset
