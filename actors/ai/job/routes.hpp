#pragma once

#include "actors/services.hpp"

namespace ainft::ai_job {

constexpr auto replicate_webhook_path = "/v1/ai/webhooks/replicate";

/// Adds the routes of `/v1/ai/jobs`, `/v1/ai/providers`, prompt history and usage, and the operators' routes for dead
/// jobs. Without a webhook secret, all of Replicate's webhooks are refused.
void add_routes(http::route_table& routes, const services& s);

} // namespace ainft::ai_job
