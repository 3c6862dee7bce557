#pragma once

#include "actors/services.hpp"

namespace ainft::listing {

/// The rows of `/v1/listings`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::listing
