#include "actors/kind_of.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/asset/routes.hpp"
#include "actors/studios/asset/settings.hpp"
#include "config/options.hpp"

namespace ainft::asset {

capability make_capability() {
  capability out{"asset"};
  out.kinds = {kind_of<domain, asset_id>(visible_events::none)};
  out.routes = add_routes;
  out.settings = {config::section_of<settings>("assets", "uploaded files")};
  return out;
}

} // namespace ainft::asset
