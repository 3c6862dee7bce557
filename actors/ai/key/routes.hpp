#pragma once

#include "actors/services.hpp"

namespace ainft::ai_key {

/// Adds the routes of `/v1/studios/{id}/ai-keys` and `/v1/admin/ai/keys`: providers' keys, which are write-only.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::ai_key
