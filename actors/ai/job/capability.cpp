#include "actors/ai/job/domain.hpp"
#include "actors/ai/job/routes.hpp"
#include "actors/ai/job/signed_outputs.hpp"
#include "actors/kind_of.hpp"

namespace ainft::ai_job {

capability make_capability() {
  capability out{"ai_job"};
  out.kinds = {kind_of<domain, job_id>(visible_events::all)};
  out.routes = add_routes;
  out.rooms = {{.name = "job", .id_prefix = job_id::prefix, .snapshot = show, .is_entity = true}};
  return out;
}

} // namespace ainft::ai_job
