#pragma once

#include "net/await.hpp"
#include "net/thread_pool.hpp"

#include <optional>

namespace ainft::net {

/// Threads that wait for files, so that no thread of a network does. What is given to them waits in line; whoever gives work waits for it, so that the line is as long as
/// there are those at most.
class disk {
public:
  explicit disk(size_t threads) : threads_{"disk", threads} {}

  /// What `f` gives. If it throws, that is reported, and the one that waits ends. It owns all that it uses: the one that waits may go away.
  template <class F>
  asio::awaitable<std::invoke_result_t<F>> run(F f) {
    using value = std::invoke_result_t<F>;
    auto start = [this, f = std::move(f)](std::function<void(value)> done) mutable {
      asio::post(threads_, [f = std::move(f), done = std::move(done)]() mutable { done(f()); });
    };
    co_return co_await await_call<value>(std::move(start));
  }

  /// Waits for all that was given, and takes no more.
  void join() { threads_.join(); }

private:
  thread_pool threads_;
};

} // namespace ainft::net
