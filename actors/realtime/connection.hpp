#pragma once

#include "actors/realtime/hub.hpp"
#include "net/socketio/socket.hpp"

#include <caf/actor.hpp>

namespace ainft::realtime {

/// A client in a namespace, as the platform sees it: who it is, and which events reach it. Stays on its socket's thread.
class connection final : public socketio::socket::companion, public subscriber {
public:
  connection(socketio::socket& s, hub::part& on, runtime::principal as, bool is_operator)
    : subscriber{on, {as.user, is_operator}}, who{std::move(as)}, socket_{s} {}

  /// One that its client missed while it was away, in order, before anything else.
  void push_missed(const live_event& e) {
    set_last(e.at);
    push(e);
  }

  /// One of the past that it asked for: its place in the journal does not become the client's, which may have later ones.
  void push_past(const live_event& e) { socket_.send(e.packet_for(socket_.nsp(), last())); }

  void on_viewers(const socketio::frames& packet) override {
    if (socket_.nsp() == "/")
      socket_.send(packet);
  }

  const runtime::principal who;
  std::string pid;
  caf::actor session;
  size_t commands = 0;        ///< under way
  bool token_expired = false; ///< it may listen, and show a new token, for a while
  bool replaced = false;      ///< its client goes on with another connection

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
