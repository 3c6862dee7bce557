#pragma once

#include "actors/services.hpp"

namespace ainft::fine_tune {

/// Adds the routes under `/v1/ai/fine-tunes` (jobs that train a studio's own model) and `/v1/studios/{id}/ai-models`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::fine_tune
