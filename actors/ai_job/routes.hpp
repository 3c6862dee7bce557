#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class providers;
}

/// The rows of `/v1/ai/jobs`, for jobs of these providers.
void add_ai_job_routes(http::route_table& routes, const services& s, const ai_job::providers& known);

} // namespace ainft
