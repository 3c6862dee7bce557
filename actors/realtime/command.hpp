#pragma once

#include "actors/services.hpp"
#include "net/http/dispatch.hpp"

#include <caf/telemetry/counter.hpp>

namespace ainft::realtime {

struct command_settings {
  size_t body_limit = 64 * 1024; ///< bytes, as over HTTP
  bool log = false;
};

/// Commands that come by a socket: {method, path, body?, idempotencyKey?, ifMatch?}, given to the route that they name on the way
/// that HTTP requests take.
class command_service {
public:
  command_service(caf::actor_system& system, const http::dispatcher& front, command_settings settings);

  /// What the route answers, as {status, body, version?, replayed?}: refusals of the route are such answers too. Refuses, with
  /// errc::validation_failed and errc::payload_too_large, what names no route, and routes whose content is no JSON.
  [[nodiscard]] task<std::string> run(runtime::principal who, const nlohmann::json& what) const;

private:
  void count(int status) const;

  const http::dispatcher& front_;
  command_settings settings_;
  caf::telemetry::int_counter_family* commands_;
};

} // namespace ainft::realtime
