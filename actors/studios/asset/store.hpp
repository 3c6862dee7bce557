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

/// Where a file of that content is, under the folder of assets.
[[nodiscard]] std::filesystem::path path_of(const std::filesystem::path& folder, const content_hash& sha256);

/// Writes a body to the store as it arrives, looks into it (see media::inspect_png), and gives what it was. On the disk (fsync) when it
/// returns; nothing stays of one that is refused: errc::unsupported_media_type, errc::payload_too_large, errc::validation_failed (naming
/// `/file` and the rule), or the body's own error.
[[nodiscard]] boost::asio::awaitable<runtime::result<stored_file>> store(const std::filesystem::path& folder, http::body_stream& body,
                                                                         const media::upload_limits& limits);

} // namespace ainft::asset
