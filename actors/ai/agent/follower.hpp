#pragma once

#include "actors/ai/agent/toolbox.hpp"
#include "runtime/follower.hpp"

namespace ainft::ai_job {
class desk;
}

namespace ainft::agent {

/// Starts the follower that does what agents' events ask for: orders the jobs that plan their steps, makes their calls, tells them what came of both, and begins runs
/// for what happens in their studios. It is told everything at least once, and does it once.
[[nodiscard]] runtime::follower start_follower(const services& s, const toolbox& tools, const ai_job::desk& orders, boost::asio::any_io_executor executor,
                                               runtime::retry_settings retries);

} // namespace ainft::agent
