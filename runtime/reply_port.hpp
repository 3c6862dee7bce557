#pragma once

#include "runtime/errors.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace ainft::runtime {

/// Lets code that is no actor (a coroutine on a network thread) ask actors without blocking: it is an actor without a
/// behaviour, whose mailbox hands each response straight to the function that waits for it, in the thread of the actor
/// that answers. One port serves any number of requests at once, local or remote.
class reply_port {
public:
  /// Gets a response's message, or an error: the actor's, sec::request_receiver_down or sec::request_timeout.
  using receiver = std::function<void(result<caf::message>)>;

  explicit reply_port(caf::actor_system& system);
  ~reply_port();
  reply_port(const reply_port&) = delete;
  reply_port& operator=(const reply_port&) = delete;

  /// Sends `request` to `target`; `on_reply` is called exactly once.
  void ask(const caf::actor& target, caf::message request, std::chrono::milliseconds timeout, receiver on_reply);

  /// Ends requests whose time is up with sec::request_timeout. Called regularly by whoever owns the port.
  void expire();

  /// Ends all requests that are under way with sec::request_timeout.
  void give_up();

  /// The same, and later ones at once; when a node stops.
  void close();

private:
  class port_actor;
  caf::strong_actor_ptr port_;
  port_actor* impl_;
};

} // namespace ainft::runtime
