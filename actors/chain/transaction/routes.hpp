#pragma once

#include "actors/services.hpp"

namespace ainft::transaction {

/// Adds the routes of `/v1/transactions`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::transaction
