#include "actors/capability.hpp"
#include "actors/ai/fine_tune/routes.hpp"

namespace ainft::fine_tune {

capability make_capability() {
  capability out{"fine_tune"};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::fine_tune
