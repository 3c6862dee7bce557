#pragma once

#include "net/socketio/engine_server.hpp"
#include "net/socketio/socket.hpp"

namespace ainft::socketio {

/// Echoes every Engine.IO message. The conformance tests run against it: it behaves as the reference server of the
/// public protocol documents.
class echo_listener final : public listener {
public:
  explicit echo_listener(engine_session& session) : session_{session} {}
  void on_message(std::string_view data, bool binary) override;
  void on_close(close_reason) override {}

private:
  engine_session& session_;
};

/// The Socket.IO reference server of the conformance tests. Emits `auth` with the client's handshake data, answers
/// `message` with `message-back`, and acknowledges `message-with-ack`. Both answers repeat the arguments of the event.
class echo_application final : public application {
public:
  void on_connect(std::shared_ptr<socket> s, nlohmann::json auth) override;
  void on_event(socket& s, event e) override;
  void on_disconnect(socket&, std::string_view) override {}
};

/// The Engine.IO and the Socket.IO echo server, at the paths and with the settings that the protocol documents' test
/// suites expect.
class echo_servers {
public:
  explicit echo_servers(caf::actor_system& system);
  [[nodiscard]] std::vector<http::mount*> mounts() { return {&engine_, &sockets_}; }

private:
  echo_application application_;
  client_settings clients_;
  engine_server engine_;
  engine_server sockets_;
};

} // namespace ainft::socketio
