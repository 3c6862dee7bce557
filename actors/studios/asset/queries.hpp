#pragma once

#include "actors/studios/asset/protocol.hpp"
#include "persistence/session.hpp"

namespace ainft::asset {

/// The asset of this owner with this content, if there is one.
[[nodiscard]] std::optional<asset_id> find(persistence::session& db, const user_id& owner, const content_hash& sha256);

} // namespace ainft::asset
