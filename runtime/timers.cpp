#include "runtime/timers.hpp"

#include "runtime/guard.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <vector>

namespace ainft::runtime {

timers::timers() : thread_{[this] { run(); }} {}

timers::~timers() {
  {
    std::lock_guard guard{mutex_};
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

timers::ticket timers::send_after(std::chrono::microseconds wait, caf::weak_actor_ptr to, caf::message what) {
  bool is_first = false;
  ticket t{clock::now() + wait, 0};
  {
    std::lock_guard guard{mutex_};
    t.number = ++last_number_;
    const auto [it, fresh] = waiting_.emplace(t, entry{std::move(to), std::move(what)});
    is_first = it == waiting_.begin();
  }
  if (is_first)
    changed_.notify_all();
  return t;
}

void timers::cancel(ticket& t) {
  if (t.number == 0)
    return;
  decltype(waiting_)::node_type gone; // destroyed after the lock is released
  std::lock_guard guard{mutex_};
  gone = waiting_.extract(std::exchange(t, {}));
}

size_t timers::count() const {
  std::lock_guard guard{mutex_};
  return waiting_.size();
}

void timers::run() {
  std::vector<entry> due;
  std::unique_lock lock{mutex_};
  while (!ended_) {
    const auto now = clock::now();
    while (!waiting_.empty() && waiting_.begin()->first.at <= now)
      due.push_back(std::move(waiting_.extract(waiting_.begin()).mapped()));
    if (due.empty()) {
      waiting_.empty() ? changed_.wait(lock) : (void)changed_.wait_until(lock, waiting_.begin()->first.at);
      continue;
    }
    lock.unlock();
    for (auto& e : due)
      guarded("timers", [&e] {
        if (const auto there = e.to.lock())
          caf::anon_send(caf::actor_cast<caf::actor>(there), std::move(e.what));
      });
    due.clear();
    lock.lock();
  }
}

} // namespace ainft::runtime
