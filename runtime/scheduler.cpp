#include "runtime/scheduler.hpp"

#include <caf/policy/unprofiled.hpp>
#include <caf/scheduler/coordinator.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace ainft::runtime {

namespace {

/// How often an idle worker yields to other threads, which can bring it work, before it sleeps. More rounds made no
/// difference (ADR 13).
constexpr int looks_before_sleep = 8;

/// A scheduling policy with the interface that CAF's coordinator and workers require (caf/policy/work_sharing.hpp).
class one_woken_at_a_time final : public caf::policy::unprofiled {
public:
  struct coordinator_data {
    explicit coordinator_data(caf::scheduler::abstract_coordinator*) {}

    std::mutex mutex;
    std::condition_variable work;
    std::deque<caf::resumable*> queue;
    size_t sleeping = 0;
    bool one_is_woken = false; ///< a worker was woken and has not checked the queue yet

    /// Whether the caller must wake a worker. The caller holds the lock.
    bool needs_another() { return sleeping > 0 && !std::exchange(one_is_woken, true); }
  };

  struct worker_data {
    explicit worker_data(caf::scheduler::abstract_coordinator*) {}
  };

  template <class Coordinator>
  void central_enqueue(Coordinator* self, caf::resumable* job) {
    auto& data = d(self);
    bool wake = false;
    {
      std::lock_guard guard{data.mutex};
      data.queue.push_back(job);
      wake = data.needs_another();
    }
    if (wake)
      data.work.notify_one();
  }

  template <class Worker>
  void external_enqueue(Worker* self, caf::resumable* job) {
    central_enqueue(self->parent(), job);
  }

  template <class Worker>
  void internal_enqueue(Worker* self, caf::resumable* job) {
    central_enqueue(self->parent(), job);
  }

  template <class Worker>
  void resume_job_later(Worker* self, caf::resumable* job) {
    central_enqueue(self->parent(), job);
  }

  template <class Worker>
  caf::resumable* dequeue(Worker* self) {
    auto& data = d(self->parent());
    caf::resumable* job = nullptr;
    bool wake = false;
    {
      std::unique_lock guard{data.mutex};
      for (int i = 0; i < looks_before_sleep && data.queue.empty(); ++i) {
        guard.unlock();
        std::this_thread::yield();
        guard.lock();
      }
      while (data.queue.empty()) {
        ++data.sleeping;
        data.work.wait(guard);
        --data.sleeping;
        data.one_is_woken = false;
      }
      job = data.queue.front();
      data.queue.pop_front();
      wake = !data.queue.empty() && data.needs_another();
    }
    if (wake)
      data.work.notify_one();
    return job;
  }

  template <class Worker, class F>
  void foreach_resumable(Worker*, F) {} // workers have no queues of their own

  template <class Coordinator, class F>
  void foreach_central_resumable(Coordinator* self, F f) {
    auto& data = d(self);
    std::lock_guard guard{data.mutex};
    for (; !data.queue.empty(); data.queue.pop_front())
      f(data.queue.front());
  }
};

} // namespace

void use_scheduler(caf::actor_system_config& config) {
  config.module_factories.emplace_back([](caf::actor_system& system) -> caf::actor_system::module* {
    return new caf::scheduler::coordinator<one_woken_at_a_time>{system};
  });
}

} // namespace ainft::runtime
