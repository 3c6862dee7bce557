#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <mutex>
#include <optional>

namespace ainft::net {

namespace asio = boost::asio;

/// A value that is expensive to compute and that many callers need. One caller computes it at a time; the others wait
/// and share the result. The value is valid for `good_for`. Safe from any thread.
template <class T>
class cached {
public:
  using clock = std::chrono::steady_clock;

  explicit cached(std::chrono::milliseconds good_for) : good_for_{good_for} {}

  /// Returns a valid value, or computes one with `make`, a function that returns an awaitable<T>. If `make` throws,
  /// only its own caller gets the exception; each waiting caller tries again by itself.
  template <class Make>
  asio::awaitable<T> get(Make make) {
    const auto asked = clock::now();
    for (;;) {
      {
        std::lock_guard guard{mutex_};
        if (value_ && (clock::now() - found_ < good_for_ || found_ >= asked))
          co_return *value_;
        if (!busy_) {
          busy_ = true;
          break;
        }
      }
      // The computing caller can disappear with its connection and thread, and then nobody wakes the waiting callers.
      // So they poll.
      asio::steady_timer pause{co_await asio::this_coro::executor, look_again};
      co_await pause.async_wait(asio::use_awaitable);
    }
    const turn mine{*this};
    T out = co_await make();
    std::lock_guard guard{mutex_};
    value_ = out;
    found_ = clock::now();
    co_return out;
  }

private:
  static constexpr std::chrono::milliseconds look_again{5};

  struct turn {
    explicit turn(cached& of) : of{of} {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() {
      std::lock_guard guard{of.mutex_};
      of.busy_ = false;
    }
    cached& of;
  };

  const std::chrono::milliseconds good_for_;
  std::mutex mutex_;
  bool busy_ = false;
  std::optional<T> value_;
  clock::time_point found_;
};

} // namespace ainft::net
