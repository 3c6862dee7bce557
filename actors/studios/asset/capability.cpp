#include "actors/kind_of.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/asset/routes.hpp"

namespace ainft::asset {

capability make_capability() {
  capability out{"asset"};
  out.kinds = {kind_of<domain, asset_id>(visible_events::none)};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::asset
