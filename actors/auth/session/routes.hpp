#pragma once

#include "actors/services.hpp"

namespace ainft::session {

/// Adds the routes for signing in and out, tokens, `/v1/me` and `/.well-known/jwks.json`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::session
