#include "actors/kind_of.hpp"
#include "actors/studios/studio/domain.hpp"
#include "actors/studios/studio/routes.hpp"

namespace ainft::studio {

capability make_capability() {
  capability out{"studio"};
  out.kinds = {
    kind_of<domain, studio_id>(visible_events::all, {{"feed", {"studio_created"}}}, {{"user", "the owner"}})};
  out.routes = add_routes;
  out.rooms = {{.name = "studio",
                .about =
                  "The events of a studio and of its NFTs. Open to everybody; events from before the mint only to "
                  "the creator.",
                .id_prefix = studio_id::prefix,
                .snapshot = entity_snapshot<domain>,
                .is_entity = true,
                .resumes_at_version = true}};
  return out;
}

} // namespace ainft::studio
