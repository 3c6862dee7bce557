#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class providers;
}

/// The rows of `/v1/ai/jobs` and `/v1/ai/providers`, for jobs of these providers, and an operator's view of the dead ones. No prompt may have one of
/// `denied_words`.
void add_ai_job_routes(http::route_table& routes, const services& s, const ai_job::providers& known, const std::vector<std::string>& denied_words);

} // namespace ainft
