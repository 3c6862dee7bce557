#pragma once

#include "net/http/connection.hpp"

namespace ainft::http {

/// Records a request that gets its response now: counts it, observes its latency since `begin`, and logs it with the
/// user and the problem's code if server_settings::access_log is set.
void record_request(shared_state& shared, const call& c, std::string_view method, const reply& response,
                    std::chrono::steady_clock::time_point begin);

} // namespace ainft::http
