#include "runtime/event_feed.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <deque>
#include <mutex>

namespace ainft::runtime {

struct event_feed::queue {
  mutable std::mutex mutex;
  std::deque<committed_event> events;
  receiver waiting;
  size_t limit;
  bool over = false;

  explicit queue(size_t n) : limit{n} {}

  void push(const committed_event& e) {
    receiver to;
    {
      std::lock_guard guard{mutex};
      if (over)
        return;
      if (!waiting) {
        if (events.size() < limit) {
          events.push_back(e);
        } else {
          over = true;
          events.clear();
        }
        return;
      }
      to = std::exchange(waiting, nullptr);
    }
    to(e);
  }

  void end() {
    receiver to;
    {
      std::lock_guard guard{mutex};
      over = true;
      to = std::exchange(waiting, nullptr);
    }
    if (to)
      to(std::nullopt);
  }
};

namespace {

caf::behavior subscriber_behavior(caf::event_based_actor* self, std::shared_ptr<event_feed::queue> queue, const caf::actor& entity) {
  self->monitor(entity);
  self->set_down_handler([queue, self](const caf::down_msg&) {
    queue->end();
    self->quit();
  });
  return {[queue](const committed_event& e) { queue->push(e); }};
}

} // namespace

event_feed::event_feed(caf::actor_system& system, caf::actor entity, size_t limit)
  : queue_{std::make_shared<queue>(limit)}, subscriber_{system.spawn(subscriber_behavior, queue_, std::move(entity))} {}

event_feed::~event_feed() {
  queue_->end();
  caf::anon_send_exit(subscriber_, caf::exit_reason::user_shutdown);
}

void event_feed::next(receiver on_event) {
  std::optional<committed_event> first;
  {
    std::lock_guard guard{queue_->mutex};
    if (!queue_->over && queue_->events.empty()) {
      queue_->waiting = std::move(on_event);
      return;
    }
    if (!queue_->events.empty()) {
      first = std::move(queue_->events.front());
      queue_->events.pop_front();
    }
  }
  on_event(std::move(first));
}

void event_feed::interrupt() {
  receiver to;
  {
    std::lock_guard guard{queue_->mutex};
    to = std::exchange(queue_->waiting, nullptr);
  }
  if (to)
    to(std::nullopt);
}

bool event_feed::over() const {
  std::lock_guard guard{queue_->mutex};
  return queue_->over && queue_->events.empty();
}

} // namespace ainft::runtime
