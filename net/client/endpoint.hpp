#pragma once

#include "net/await.hpp"
#include "net/client/http_client.hpp"

#include <mutex>

namespace ainft::client {

struct endpoint_settings {
  uint32_t failures_to_open = 5; ///< consecutive failures that open the circuit
  std::chrono::milliseconds open_for{15'000};
  uint32_t tries = 3;                         ///< attempts of one call
  std::chrono::milliseconds first_pause{500}; ///< before the first retry; doubles per retry; plus up to 50% jitter
  std::chrono::milliseconds longest_pause{10'000};
  double budget = 10; ///< Retries that may be spent at once. A retry costs 1; a successful call gives 0.1 back.
};

/// One service that is called over HTTP. Retries transient failures as long as the retry budget lasts. After
/// consecutive failures a circuit breaker rejects all calls for a while, then lets one call at a time pass until the
/// service answers. Safe from any thread.
class endpoint {
public:
  enum class state : uint8_t { closed, open, half_open };
  using time = std::chrono::steady_clock::time_point;

  endpoint(http_client& http, std::string name, endpoint_settings settings = {})
    : http_{http}, name_{std::move(name)}, settings_{settings} {}

  /// Sends `r` and returns the answer if its status is below 500 and neither 408 nor 429. Refuses with
  /// errc::unavailable or errc::rate_limited for a transient failure, otherwise with the errors of http_client. With
  /// `repeats` false, for requests that are not idempotent, retries only after 429, because the service has then
  /// rejected the request.
  [[nodiscard]] boost::asio::awaitable<runtime::result<response>> call(request r, bool repeats = true);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  struct condition {
    endpoint::state state = state::closed;
    std::string problem; ///< the latest failure, while the circuit is not closed
  };
  [[nodiscard]] condition now() const;

private:
  caf::error enter(time at);
  void leave(const caf::error& failed, time at);
  bool spend();

  http_client& http_;
  std::string name_;
  endpoint_settings settings_;
  mutable std::mutex mutex_;
  uint32_t in_a_row_ = 0;
  double budget_ = settings_.budget;
  bool is_open_ = false, probing_ = false;
  time open_until_;
  std::string problem_;
};

} // namespace ainft::client
