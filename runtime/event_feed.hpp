#pragma once

#include "runtime/messages.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace ainft::runtime {

/// The committed events of one entity, for code that is no actor. It subscribes with an actor of its own and holds what comes
/// until it is asked for; a reader that falls `limit` events behind loses the feed, and takes up again from the journal.
class event_feed {
public:
  /// An event, or nothing when the feed is over: the entity has left memory or the reader was too slow.
  using receiver = std::function<void(std::optional<committed_event>)>;

  event_feed(caf::actor_system& system, caf::actor entity, size_t limit = 1024);
  ~event_feed();
  event_feed(const event_feed&) = delete;
  event_feed& operator=(const event_feed&) = delete;

  /// Whom to give a `subscribe` message to the entity.
  [[nodiscard]] const caf::actor& subscriber() const noexcept { return subscriber_; }

  /// Hands over the next event, at once or when it comes. One at a time.
  void next(receiver on_event);

  /// Takes back the request for the next event: its receiver is called with nothing unless an event came before.
  void interrupt();

  /// Whether no more events will come.
  [[nodiscard]] bool over() const;

  struct queue;

private:
  std::shared_ptr<queue> queue_;
  caf::actor subscriber_;
};

} // namespace ainft::runtime
