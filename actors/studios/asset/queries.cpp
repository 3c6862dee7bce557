#include "actors/studios/asset/queries.hpp"

namespace ainft::asset {

using persistence::parameters;
using persistence::statement;

std::optional<asset_id> find(persistence::session& db, const user_id& owner, const content_hash& sha256) {
  static constexpr statement select{"assets_find",
                                    "select id from assets where owner_id = $1 and sha256 = decode($2, 'hex')"};
  const auto found = db.run(select, parameters{owner, sha256});
  return found.empty() ? std::nullopt : std::optional{asset_id{persistence::read_uuid(found[0][0])}};
}

} // namespace ainft::asset
