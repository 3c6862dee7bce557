#pragma once

#include "actors/services.hpp"
#include "net/http/rate_limit.hpp"
#include "net/http/server.hpp"

namespace ainft::platform_front {

/// What the HTTP server asks for on each request: who the bearer is, its Idempotency-Key, its rate.
[[nodiscard]] http::server_hooks make_hooks(const services& s, http::rate_limiter& limiter);

} // namespace ainft::platform_front
