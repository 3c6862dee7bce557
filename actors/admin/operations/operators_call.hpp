#pragma once

#include "actors/admin/operations/console_protocol.hpp"
#include "net/http/dispatch.hpp"

namespace ainft::operations {

/// A call of a route under /v1/admin that did not arrive over HTTP.
struct operators_call {
  std::string method;
  std::string target; ///< path and query
  std::string body;   ///< JSON or empty
  http::console_operator who;
};

/// Runs the call like one over HTTP. `was_admitted`: another node has admitted it already. Refusals are problem
/// documents.
[[nodiscard]] boost::asio::awaitable<console_reply> run(const http::dispatcher& front, operators_call what,
                                                        bool was_admitted);

/// The problem document for a call that is refused before it runs.
[[nodiscard]] console_reply refusal(const caf::error& why, std::string_view target);

} // namespace ainft::operations
