#pragma once

#include "net/http/dispatch.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

namespace ainft::operations {

/// Starts what answers operators' consoles with the routes under /v1/admin. `operators_file` has a line for each operator: a name, a role (viewer: only looks, operator:
/// may change things), and the SHA-256 of the key in lowercase hexadecimal digits; empty lines and those that begin with # are passed over. It is read at each call, so that who was taken out is out. `front` outlives the actor. Throws
/// std::runtime_error when the file cannot be read or has another line.
[[nodiscard]] caf::actor start_console_gate(caf::actor_system& system, const http::dispatcher& front, boost::asio::any_io_executor executor, std::string operators_file);

} // namespace ainft::operations
