#pragma once

#include "net/await.hpp"

#include <deque>
#include <mutex>

namespace ainft::net {

/// Lets at most `places` coroutines pass at once; the others wait in order of arrival. Safe from any thread. Must
/// outlive its passes.
class semaphore {
public:
  explicit semaphore(size_t places) : free_{places} {}

  /// A place inside. The destructor gives it back.
  class pass {
  public:
    explicit pass(semaphore& of) : of_{&of} {}
    pass(pass&& other) noexcept : of_{std::exchange(other.of_, nullptr)} {}
    pass& operator=(pass&&) = delete;
    ~pass() {
      if (of_)
        of_->leave();
    }

  private:
    semaphore* of_;
  };

  asio::awaitable<pass> enter() {
    if (!take()) {
      auto start = [this](std::function<void(bool)> let_in) { wait(std::move(let_in)); };
      (void)co_await await_call<bool>(std::move(start));
    }
    co_return pass{*this};
  }

private:
  bool take() {
    std::lock_guard guard{mutex_};
    if (free_ == 0)
      return false;
    --free_;
    return true;
  }

  void wait(std::function<void(bool)> let_in) {
    {
      std::lock_guard guard{mutex_};
      if (free_ == 0) {
        waiting_.push_back(std::move(let_in));
        return;
      }
      --free_;
    }
    let_in(true);
  }

  /// Gives the place to the coroutine that has waited longest.
  void leave() {
    std::function<void(bool)> next;
    {
      std::lock_guard guard{mutex_};
      if (waiting_.empty()) {
        ++free_;
        return;
      }
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next(true);
  }

  std::mutex mutex_;
  size_t free_;
  std::deque<std::function<void(bool)>> waiting_;
};

} // namespace ainft::net
