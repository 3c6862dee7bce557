#include "actors/capability.hpp"
#include "actors/ai/key/routes.hpp"

namespace ainft::ai_key {

capability make_capability() {
  capability out{"ai_key"};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::ai_key
