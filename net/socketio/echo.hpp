#pragma once

#include "net/socketio/engine_server.hpp"
#include "net/socketio/socket.hpp"

namespace ainft::socketio {

/// What the reference servers of the public protocol documents do, for conformance runs. Engine.IO: each message comes back.
class echo_listener final : public listener {
public:
  explicit echo_listener(engine_session& session) : session_{session} {}
  void on_message(std::string_view data, bool binary) override;
  void on_close(close_reason) override {}

private:
  engine_session& session_;
};

/// Socket.IO: `auth` with what the client connected with; `message` is answered with `message-back`, `message-with-ack` with its
/// acknowledgement, both with the arguments that came.
class echo_application final : public application {
public:
  void on_connect(std::shared_ptr<socket> s, nlohmann::json auth) override;
  void on_event(socket& s, event e) override;
  void on_disconnect(socket&, std::string_view) override {}
};

/// Both, at the paths and with the settings of the protocol documents' test suites.
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
