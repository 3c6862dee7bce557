#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class desk;
}

/// The rows of `/v1/ai/agents`.
void add_agent_routes(http::route_table& routes, const services& s, const ai_job::desk& orders);

} // namespace ainft
