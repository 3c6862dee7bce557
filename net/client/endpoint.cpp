#include "net/client/endpoint.hpp"

#include <boost/asio/steady_timer.hpp>

#include <sodium.h>

namespace ainft::client {

using runtime::errc;
using runtime::refuse;
using std::chrono::milliseconds;

namespace {

/// Maps a result to an error, or to none if the service answered. errc::unavailable and errc::rate_limited mean that
/// the same request may succeed later.
caf::error judge(const std::string& name, const runtime::result<response>& got) {
  if (!got)
    return runtime::explain(got.error()).code == errc::unavailable
             ? refuse(errc::unavailable, name + ": " + runtime::explain(got.error()).detail)
             : got.error();
  if (got->status == 429)
    return refuse(errc::rate_limited, name + " rejected the request: too many requests");
  if (got->status >= 500 || got->status == 408)
    return refuse(errc::unavailable, name + " responded with status " + std::to_string(got->status));
  return {};
}

bool is_transient(const caf::error& e) {
  const auto code = runtime::explain(e).code;
  return code == errc::unavailable || code == errc::rate_limited;
}

} // namespace

caf::error endpoint::enter(time at) {
  std::lock_guard guard{mutex_};
  if (is_open_ && (at < open_until_ || probing_))
    return refuse(errc::unavailable, name_ + " failed repeatedly and is not called for a while: " + problem_);
  probing_ = is_open_;
  return {};
}

void endpoint::leave(const caf::error& failed, time at) {
  std::lock_guard guard{mutex_};
  const bool was_probe = std::exchange(probing_, false);
  // Only errc::unavailable counts against the service. The caller causes rate_limited; a canceled or too large answer
  // says nothing about the service.
  if (!failed || runtime::explain(failed).code != errc::unavailable) {
    if (!failed) {
      budget_ = std::min(settings_.budget, budget_ + .1);
      in_a_row_ = 0;
      is_open_ = false;
    }
    return;
  }
  problem_ = runtime::explain(failed).detail;
  if (++in_a_row_ >= settings_.failures_to_open || was_probe) {
    is_open_ = true;
    open_until_ = at + settings_.open_for;
  }
}

bool endpoint::spend() {
  std::lock_guard guard{mutex_};
  if (budget_ < 1)
    return false;
  budget_ -= 1;
  return true;
}

endpoint::condition endpoint::now() const {
  std::lock_guard guard{mutex_};
  const auto at = std::chrono::steady_clock::now();
  return {!is_open_ ? state::closed : at < open_until_ ? state::open : state::half_open, is_open_ ? problem_ : ""};
}

boost::asio::awaitable<runtime::result<response>> endpoint::call(request r, bool repeats) {
  auto pause = settings_.first_pause;
  r.once = !repeats;
  for (uint32_t tries = 1;; ++tries) {
    if (auto closed = enter(std::chrono::steady_clock::now()))
      co_return closed;
    auto start = [this, r](http_client::receiver done) { http_.send(r, std::move(done)); };
    auto got = co_await net::await_call<runtime::result<response>>(std::move(start));
    auto failed = judge(name_, got);
    leave(failed, std::chrono::steady_clock::now());
    if (!failed)
      co_return got;
    const bool refused = got && got->status == 429;
    if (!is_transient(failed) || (!repeats && !refused) || tries >= settings_.tries || (r.cancelled && *r.cancelled)
        || !spend())
      co_return failed;
    const auto wait = std::max<milliseconds>(pause + pause * randombytes_uniform(500) / 1000,
                                             got && got->retry_after ? *got->retry_after : milliseconds{0});
    if (wait > settings_.longest_pause) // the job waits for the next attempt; the worker must not
      co_return failed;
    pause *= 2;
    boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor, wait};
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

} // namespace ainft::client
