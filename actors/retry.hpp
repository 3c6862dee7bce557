#pragma once

#include "actors/services.hpp"
#include "runtime/is_transient.hpp"

#include <boost/asio/steady_timer.hpp>

namespace ainft {

/// Longer than another node needs to take over what a failed node owned.
constexpr std::chrono::milliseconds failover_patience{15'000};

using runtime::is_transient;

/// Awaits the task `f()` again and again while its error is transient, for at most about `patience`. `f` must be
/// idempotent.
template <class F>
std::invoke_result_t<F&> retry(F f, std::chrono::milliseconds patience = failover_patience) {
  constexpr std::chrono::milliseconds pause{200};
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto got = co_await f();
    if (got || !is_transient(got.error()) || std::chrono::steady_clock::now() >= until)
      co_return got;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, pause};
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

} // namespace ainft
