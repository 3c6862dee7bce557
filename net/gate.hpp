#pragma once

#include "net/await.hpp"

#include <deque>
#include <mutex>

namespace ainft::net {

/// Lets so many coroutines through at once; the others wait in line. Safe from any thread; outlives its passes.
class gate {
public:
  explicit gate(size_t places) : free_{places} {}

  /// A place inside, given back by its destructor.
  class pass {
  public:
    explicit pass(gate& of) : of_{&of} {}
    pass(pass&& other) noexcept : of_{std::exchange(other.of_, nullptr)} {}
    pass& operator=(pass&&) = delete;
    ~pass() {
      if (of_)
        of_->leave();
    }

  private:
    gate* of_;
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

  /// The place goes to the first in line.
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
