#pragma once

#include "actors/services.hpp"
#include "config/settings.hpp"
#include "net/http/rate_limit.hpp"
#include "net/http/server.hpp"
#include "net/socketio/echo.hpp"

namespace ainft {

/// A node's routes and the HTTP listeners that serve them: the main one, and a separate one for /metrics if
/// `metrics.port` is set.
class listeners {
public:
  /// `all` is used only when a route is called.
  listeners(caf::actor_system& system, const config::settings& settings, const services& all);

  [[nodiscard]] http::route_table& routes() noexcept { return routes_; }
  /// Routes for the separate listener; empty without one.
  [[nodiscard]] http::route_table& metrics_routes() noexcept { return metrics_routes_; }
  [[nodiscard]] bool has_metrics_listener() const noexcept { return settings_.metrics.port != 0; }
  [[nodiscard]] const http::dispatcher& front() const noexcept { return front_; }
  [[nodiscard]] http::rate_limiter& limiter() noexcept { return limiter_; }

  /// Binds the ports. `sockets` serves the path of the sockets, unless a conformance test's echo server does. Returns
  /// the main port. Throws std::runtime_error with the setting.
  uint16_t bind(http::mount& sockets);
  void serve();
  /// Stops to accept, and waits for the requests in flight for up to http.drain-patience.
  void drain();
  /// Ends the listeners, before the parts that they call.
  void end();

private:
  caf::actor_system& system_;
  const config::settings& settings_;
  http::rate_limiter limiter_;
  http::route_table routes_, metrics_routes_;
  http::dispatcher front_, metrics_front_;
  std::unique_ptr<socketio::echo_servers> echo_;
  std::unique_ptr<http::server> server_, metrics_server_;
};

} // namespace ainft
