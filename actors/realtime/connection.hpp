#pragma once

#include "actors/realtime/hub.hpp"
#include "net/socketio/socket.hpp"

#include <caf/actor.hpp>

namespace ainft::realtime {

/// A client in a namespace: its principal, and the events that it gets. Only its socket's thread uses it.
class connection final : public socketio::socket::companion, public subscriber {
public:
  connection(socketio::socket& s, hub::part& on, runtime::principal as, bool is_operator)
    : subscriber{on, {as.user, is_operator}}, who{std::move(as)}, socket_{s} {}

  /// Sends an event that the client missed while it was away. Call this in order, before any other event.
  void push_missed(const live_event& e) {
    set_last(e.at);
    push(e);
  }

  /// Sends a past event that the client requested. The client's position in the journal stays, because the client may
  /// already have later events.
  void push_past(const live_event& e) { socket_.send(e.packet_for(socket_.nsp(), last())); }

  void on_viewers(const socketio::frames& packet) override {
    if (socket_.nsp() == "/")
      socket_.send(packet);
  }

  const runtime::principal who;
  std::string pid;
  caf::actor session;
  size_t commands = 0;        ///< number of running commands
  bool token_expired = false; ///< the client cannot subscribe or run commands until it sends a new token
  bool replaced = false;      ///< its client continues on another connection

protected:
  void push(const live_event& e) override {
    if (socket_.nsp() == "/")
      socket_.send(e.packet());
    else
      socket_.send(e.packet_for(socket_.nsp(), e.at));
  }

  void push_run(const event_run& run) override {
    if (socket_.nsp() == "/")
      socket_.send(run.packets());
    else
      subscriber::push_run(run);
  }

  void overrun() override { socket_.close_connection(); }

private:
  socketio::socket& socket_;
};

} // namespace ainft::realtime
