#pragma once

#include "actors/services.hpp"

namespace ainft {

namespace ai_job {
class providers;
}
namespace ai_key {
class vault;
}

/// The rows of `/v1/studios/{id}/ai-keys` and `/v1/admin/ai/keys`: keys of providers, which are written and never read back.
void add_ai_key_routes(http::route_table& routes, const services& s, const ai_job::providers& known, const ai_key::vault& vault);

} // namespace ainft
