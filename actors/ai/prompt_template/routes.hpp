#pragma once

#include "actors/services.hpp"

namespace ainft::prompt_template {

/// Adds the routes of `/v1/ai/prompt-templates` and `/v1/ai/prompt-gallery`.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::prompt_template
