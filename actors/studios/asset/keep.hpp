#pragma once

#include "actors/services.hpp"
#include "actors/studios/asset/protocol.hpp"

namespace ainft::asset {

/// An asset, and whether it is new. The same content from the same user is the same asset.
struct kept {
  runtime::answer shown;
  bool fresh = false;
};

/// Stores a file as an asset of the context's user. When it returns, the file is on the disk and the asset is
/// committed. Refuses as store() does.
[[nodiscard]] task<kept> keep(const services& s, http::body_stream& body, runtime::command_context context);

/// The same for bytes in memory.
[[nodiscard]] task<kept> keep(const services& s, std::string bytes, runtime::command_context context);

} // namespace ainft::asset
