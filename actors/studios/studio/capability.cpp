#include "actors/kind_of.hpp"
#include "actors/studios/studio/domain.hpp"
#include "actors/studios/studio/routes.hpp"

namespace ainft::studio {

capability make_capability() {
  capability out{"studio"};
  out.kinds = {kind_of<domain, studio_id>(visible_events::all, {{"feed", {"studio_created"}}})};
  out.routes = add_routes;
  out.rooms = {{.name = "studio",
                .id_prefix = studio_id::prefix,
                .snapshot = entity_snapshot<domain>,
                .is_entity = true,
                .resumes_at_version = true}};
  return out;
}

} // namespace ainft::studio
