#pragma once

#include "actors/realtime/socket_messages.hpp"
#include "actors/services.hpp"
#include "net/http/dispatch.hpp"

#include <caf/telemetry/counter.hpp>

namespace ainft::realtime {

struct command_settings {
  size_t body_limit = 64 * 1024; ///< bytes, as over HTTP
  bool log = false;
};

/// Runs commands from sockets. It passes each command to its route,
/// through the same dispatcher as HTTP requests.
class command_service {
public:
  command_service(caf::actor_system& system, const http::dispatcher& front, command_settings settings);

  /// Returns the route's response as the JSON of a command_response. A refusal of the route is also such a response.
  /// Refuses with errc::payload_too_large, with errc::validation_failed for bad fields and for a route whose content is
  /// not JSON, and as http::dispatcher::find_route() does.
  [[nodiscard]] task<std::string> run(runtime::principal who, command_request what) const;

private:
  void count(int status) const;

  const http::dispatcher& front_;
  command_settings settings_;
  caf::telemetry::int_counter_family* commands_;
};

} // namespace ainft::realtime
