#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class providers;
}

namespace ai_job {

struct job_rules {
  std::vector<std::string> denied_words; ///< that no prompt may have
  uint64_t daily_credits = 0;            ///< that a studio may use in a day (UTC); 0 for no limit
  std::string replicate_secret;          ///< that signs Replicate's webhooks; empty where there are none
};

constexpr auto replicate_webhook_path = "/v1/ai/webhooks/replicate";

} // namespace ai_job

/// The rows of `/v1/ai/jobs` and `/v1/ai/providers`, for jobs of these providers, what they took, and an operator's view of the dead ones.
void add_ai_job_routes(http::route_table& routes, const services& s, const ai_job::providers& known, const ai_job::job_rules& rules);

} // namespace ainft
