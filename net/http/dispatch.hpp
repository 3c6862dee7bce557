#pragma once

#include "net/http/route.hpp"

namespace ainft::http {

/// What a request needs of others on its way to its route's function.
struct server_hooks {
  /// Who a bearer token stands for.
  std::function<asio::awaitable<runtime::result<runtime::principal>>(std::string_view token)> authenticate;
  /// Reserves the call's Idempotency-Key, or gives the answer that was given for it.
  std::function<asio::awaitable<runtime::result<std::optional<reply>>>(call&, const std::string& key)> begin_idempotent;
  /// Completes or frees the reservation.
  std::function<asio::awaitable<void>(call&, const runtime::result<reply>&)> end_idempotent;
  /// Whether somebody runs this platform.
  std::function<bool(const runtime::principal&)> is_operator;
  /// False when the caller has used up its budget.
  std::function<bool(const call&)> within_rate;
  /// False when this node is not to serve: see runtime::cluster::here. Absent: it always may.
  std::function<bool()> may_serve;
};

/// The one way in: what happens to a call between the protocol that brought it and its route's function. The steps are taken in
/// this order; each refuses with an error and nothing changed.
class dispatcher {
public:
  dispatcher(const route_table& routes, server_hooks hooks) : routes_{routes}, hooks_{std::move(hooks)} {}

  /// Takes `target` apart and finds the route of `c.method`. `target` outlives the call. Refuses with errc::malformed_request,
  /// errc::validation_failed, errc::not_found, errc::method_not_allowed.
  [[nodiscard]] caf::error find_route(call& c, std::string_view target) const;

  /// Finds out who calls by a bearer token, or errc::token_invalid where the route needs to know.
  [[nodiscard]] asio::awaitable<caf::error> identify(call& c, std::string_view token) const;

  /// Checks that the node may serve, the caller's right to the route, and its rate: errc::unavailable, errc::unauthenticated,
  /// errc::forbidden, errc::rate_limited.
  [[nodiscard]] caf::error admit(const call& c) const;

  /// Runs the route's function once for the call's `key` (the Idempotency-Key, empty for none).
  [[nodiscard]] asio::awaitable<runtime::result<reply>> run(call& c, std::optional<std::string> key) const;

  [[nodiscard]] const route_table& routes() const noexcept { return routes_; }

private:
  static constexpr int attempts_at_most = 4;
  static constexpr std::chrono::seconds resume_patience{8}; ///< after it, what was lost is not done again: the caller has waited for long

  [[nodiscard]] asio::awaitable<runtime::result<reply>> run_keyed(call& c, const std::optional<std::string>& key) const;
  [[nodiscard]] asio::awaitable<runtime::result<reply>> run_once(call& c) const;

  const route_table& routes_;
  server_hooks hooks_;
};

} // namespace ainft::http
