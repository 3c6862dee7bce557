#pragma once

#include "actors/services.hpp"

namespace ainft::ai_job {
class providers;
}

namespace ainft::platform_front {

/// What the routes for operators and developers need beside the services.
struct surroundings {
  caf::actor redis;
  std::function<bool()> draining;
  std::filesystem::path docs; ///< swagger-ui-dist
  runtime::time_point started;
  const ai_job::providers* providers = nullptr;
};

/// /healthz, /readyz, /metrics, /openapi.json and /docs. After all other routes: the OpenAPI document is made here.
void add_routes(http::route_table& routes, const services& s, const surroundings& around);

} // namespace ainft::platform_front
