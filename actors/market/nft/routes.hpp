#pragma once

#include "actors/services.hpp"

namespace ainft::nft {

/// Adds the routes of `/v1/nfts`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::nft
