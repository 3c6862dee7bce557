#pragma once

#include "actors/services.hpp"

namespace ainft::listing {

/// Adds the routes of `/v1/listings`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::listing
