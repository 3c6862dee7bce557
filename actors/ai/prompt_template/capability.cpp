#include "actors/ai/prompt_template/domain.hpp"
#include "actors/ai/prompt_template/routes.hpp"
#include "actors/kind_of.hpp"

namespace ainft::prompt_template {

capability make_capability() {
  capability out{"prompt_template"};
  out.kinds = {kind_of<domain, template_id>(visible_events::none)};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::prompt_template
