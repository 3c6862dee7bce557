#pragma once

#include "actors/services.hpp"

namespace ainft::asset {

/// Adds the routes of `/v1/assets` and `/assets/{sha256}`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::asset
