#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class desk;
}

/// The rows of `/v1/ai/fine-tunes`, jobs that make a model of a studio's own, and of the studios' models.
void add_fine_tune_routes(http::route_table& routes, const services& s, const ai_job::desk& orders);

} // namespace ainft
