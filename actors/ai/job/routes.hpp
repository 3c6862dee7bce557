#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {

class desk;
class providers;

constexpr auto replicate_webhook_path = "/v1/ai/webhooks/replicate";

} // namespace ai_job

/// The rows of `/v1/ai/jobs` and `/v1/ai/providers`, for jobs of these providers, what they took, and an operator's view of the dead ones. Without a secret that signs
/// Replicate's webhooks there are none.
void add_ai_job_routes(http::route_table& routes, const services& s, const ai_job::providers& known, const ai_job::desk& orders, std::string replicate_secret);

} // namespace ainft
