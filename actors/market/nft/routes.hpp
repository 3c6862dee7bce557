#pragma once

#include "actors/services.hpp"

namespace ainft::nft {

/// The rows of `/v1/nfts`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::nft
