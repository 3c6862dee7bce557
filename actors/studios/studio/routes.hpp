#pragma once

#include "actors/services.hpp"

namespace ainft::studio {

/// Adds the routes of `/v1/studios`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::studio
