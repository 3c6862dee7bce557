#pragma once

#include "actors/services.hpp"

namespace ainft::pledge {

/// Adds the routes of /v1/pledges.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::pledge
