#pragma once

#include "actors/services.hpp"

namespace ainft::agent {

/// Adds the routes under `/v1/ai/agents`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::agent
