#pragma once

#include "net/await.hpp"
#include "net/thread_pool.hpp"

#include <optional>

namespace ainft::net {

/// Threads for blocking file operations, so that no network thread blocks. Jobs wait in a queue. Every caller waits for
/// its job, so the queue never has more jobs than there are callers.
class disk {
public:
  explicit disk(size_t threads) : threads_{"disk", threads} {}

  /// Returns the result of `f`. If `f` throws, the exception is reported and the waiting coroutine is destroyed. `f`
  /// must own everything that it uses, because the waiting coroutine may be destroyed first.
  template <class F>
  asio::awaitable<std::invoke_result_t<F>> run(F f) {
    using value = std::invoke_result_t<F>;
    auto start = [this, f = std::move(f)](std::function<void(value)> done) mutable {
      asio::post(threads_, [f = std::move(f), done = std::move(done)]() mutable { done(f()); });
    };
    co_return co_await await_call<value>(std::move(start));
  }

  /// Waits until all jobs are done. Later jobs do not run.
  void join() { threads_.join(); }

private:
  thread_pool threads_;
};

} // namespace ainft::net
