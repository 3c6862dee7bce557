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
  std::chrono::milliseconds probe_interval{1'000}; ///< least time between two looks at what /readyz and /metrics tell
  std::string metrics_token;      ///< who asks for metrics must bear it; empty: anybody may
  bool metrics_elsewhere = false; ///< they have a listener of their own: see add_metrics_route
};

/// /metrics alone, for a listener of its own.
void add_metrics_route(http::route_table& routes, const services& s, const surroundings& around);

/// /healthz, /readyz, /metrics (unless it is elsewhere), /openapi.json and /docs. After all other routes: the OpenAPI document is made here.
void add_routes(http::route_table& routes, const services& s, const surroundings& around);

} // namespace ainft::platform_front
