#pragma once

#include "actors/services.hpp"
#include "net/http/rate_limit.hpp"
#include "net/http/server.hpp"

namespace ainft::platform_front {

/// The hooks that the HTTP server calls for each request, for example for its bearer token, Idempotency-Key and rate.
[[nodiscard]] http::server_hooks make_hooks(const services& s, http::rate_limiter& limiter);

} // namespace ainft::platform_front
