#pragma once

#include "net/http/dispatch.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

namespace ainft::operations {

/// Starts the actor that answers operators' consoles with the routes under /v1/admin. It reads `operators_file` (see
/// operators_file.hpp) at each call, so that removing an operator from the file takes effect at once. `front` must
/// outlive the actor.
[[nodiscard]] caf::actor start_console_endpoint(caf::actor_system& system, const http::dispatcher& front,
                                                boost::asio::any_io_executor executor, std::string operators_file);

} // namespace ainft::operations
