#pragma once

#include "net/await.hpp"
#include "net/client/http_client.hpp"

#include <mutex>

namespace ainft::client {

struct endpoint_settings {
  uint32_t failures_to_open = 5;            ///< in a row; then the service is left alone
  std::chrono::milliseconds open_for{15'000};
  uint32_t tries = 3;                       ///< of one call
  std::chrono::milliseconds first_pause{500}; ///< before the second try; doubled for each further one, and up to half as long again
  std::chrono::milliseconds longest_pause{10'000};
  double budget = 10;                       ///< tries beyond the first that may be spent at once; each call that succeeds gives a tenth of one back
};

/// One service that is called over HTTP: what fails and may pass is tried again, as long as the budget lasts; a service that fails again and again is not
/// called for a while, and then by one call at a time until it answers (a circuit breaker). Safe from any thread.
class endpoint {
public:
  enum class state : uint8_t { closed, open, half_open };
  using time = std::chrono::steady_clock::time_point;

  endpoint(http_client& http, std::string name, endpoint_settings settings = {}) : http_{http}, name_{std::move(name)}, settings_{settings} {}

  /// Sends `r` until there is an answer: one with a status below 500 that is not 408 or 429. Refuses with errc::unavailable or errc::rate_limited
  /// what may pass by itself later, and else as http_client does. A call that has made something (`repeats` false) is tried again only where
  /// it cannot have arrived or was refused.
  [[nodiscard]] boost::asio::awaitable<runtime::result<response>> call(request r, bool repeats = true);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  struct condition {
    endpoint::state state = state::closed;
    std::string problem; ///< the latest failure's, while it is not closed
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
