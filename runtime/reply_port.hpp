#pragma once

#include "runtime/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace ainft::runtime {

/// Lets code that is no actor (a coroutine on a network thread) send requests to actors without blocking. It is an
/// actor without a behavior. Its mailbox passes each response directly to the waiting function, in the thread of the
/// actor that answers. One port serves any number of concurrent requests, local or remote.
class reply_port {
public:
  /// Gets the response, or an error: the actor's error, sec::request_receiver_down or sec::request_timeout.
  using receiver = std::function<void(result<caf::message>)>;

  explicit reply_port(caf::actor_system& system);
  ~reply_port();
  reply_port(const reply_port&) = delete;
  reply_port& operator=(const reply_port&) = delete;

  /// Sends `request` to `target`. Calls `on_reply` exactly once.
  void ask(const caf::actor& target, caf::message request, std::chrono::milliseconds timeout, receiver on_reply);

  /// Fails overdue requests with sec::request_timeout. The owner of the port calls it regularly.
  void expire();

  /// Fails all pending requests with sec::request_timeout.
  void give_up();

  /// Like give_up(), and also fails all later requests at once. Called when a node stops.
  void close();

private:
  class port_actor;
  caf::strong_actor_ptr port_;
  port_actor* impl_;
};

} // namespace ainft::runtime
