#pragma once

#include "net/http/route.hpp"

namespace ainft::http {

/// The functions that the dispatcher needs from other parts.
struct server_hooks {
  /// Returns the principal of a bearer token.
  std::function<asio::awaitable<runtime::result<runtime::principal>>(std::string_view token)> authenticate;
  /// Reserves the call's Idempotency-Key, or returns the answer that was recorded for it.
  std::function<asio::awaitable<runtime::result<std::optional<reply>>>(call&, const std::string& key)> begin_idempotent;
  /// Completes or releases the reservation.
  std::function<asio::awaitable<void>(call&, const runtime::result<reply>&)> end_idempotent;
  /// The policy: whether a signed-in user holds a right.
  std::function<bool(const runtime::principal&, const right&)> holds;
  /// False if the caller has used up its rate budget. Sets `call::rate`, unless the route's class has no limit.
  std::function<bool(call&)> within_rate;
  /// False if this node must not serve requests; see runtime::cluster::local_shards. If empty, it always may.
  std::function<bool()> may_serve;
};

/// The common path of every call from its protocol to its route's function. The steps run in the order of their
/// declaration. If a step before run() refuses, nothing has changed.
class dispatcher {
public:
  dispatcher(const route_table& routes, server_hooks hooks) : routes_{routes}, hooks_{std::move(hooks)} {}

  /// Parses `target` and finds the route of `c.method`. `target` must outlive the call. Refuses with
  /// errc::malformed_request, errc::validation_failed, errc::not_found or errc::method_not_allowed.
  [[nodiscard]] caf::error find_route(call& c, std::string_view target) const;

  /// Authenticates the caller by a bearer token. If that fails, refuses (errc::token_invalid) on routes that need a
  /// user, and lets other routes continue without one.
  [[nodiscard]] asio::awaitable<caf::error> identify(call& c, std::string_view token) const;

  /// Checks that the node may serve, that the caller has the right to the route, and the caller's rate. Refuses with
  /// errc::unavailable, errc::unauthenticated, errc::forbidden or errc::rate_limited.
  [[nodiscard]] caf::error admit(call& c) const;

  /// Runs the route's function, but only once per `key` (the Idempotency-Key; empty for none).
  [[nodiscard]] asio::awaitable<runtime::result<reply>> run(call& c, std::optional<std::string> key) const;

  [[nodiscard]] const route_table& routes() const noexcept { return routes_; }

private:
  static constexpr int attempts_at_most = 4;
  /// After this time, a lost call is not retried, because the caller has waited long enough.
  static constexpr std::chrono::seconds resume_patience{8};

  [[nodiscard]] asio::awaitable<runtime::result<reply>> run_keyed(call& c, const std::optional<std::string>& key) const;
  [[nodiscard]] asio::awaitable<runtime::result<reply>> run_once(call& c) const;

  const route_table& routes_;
  server_hooks hooks_;
};

} // namespace ainft::http
