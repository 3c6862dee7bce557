#pragma once

#include "actors/services.hpp"

namespace ainft::ai_job {
class providers;
}

namespace ainft::platform_front {

/// The parts that these routes need beside the services.
struct surroundings {
  caf::actor redis;
  std::function<bool()> draining;
  std::filesystem::path docs; ///< folder of swagger-ui-dist
  runtime::time_point started;
  const ai_job::providers* providers = nullptr;
  std::chrono::milliseconds probe_interval{1'000}; ///< at least this long between two readings for /readyz or /metrics
  std::string metrics_token;                       ///< bearer token that /metrics requires; none if empty
  bool metrics_elsewhere = false;                  ///< /metrics has its own listener: see add_metrics_route
};

/// Adds /metrics only, for its own listener.
void add_metrics_route(http::route_table& routes, const services& s, const surroundings& around);

/// Adds /healthz, /readyz, /metrics (unless it has its own listener), /openapi.json and /docs. Call it after all other
/// routes are added: it generates the OpenAPI document from them.
void add_routes(http::route_table& routes, const services& s, const surroundings& around);

} // namespace ainft::platform_front
