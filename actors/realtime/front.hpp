#pragma once

#include "actors/realtime/sockets.hpp"
#include "net/socketio/engine_server.hpp"

namespace ainft::realtime {

struct front_settings {
  socketio::server_settings server;
  std::chrono::milliseconds connect_timeout{45'000}; ///< from the start of the connection to the first namespace
  session_limits sessions;
  socket_settings sockets;
  command_settings commands;
  std::chrono::seconds replay_window{24 * 3600}; ///< how long a disconnected client can come back
  std::string postgres_url;
  bool serves_sockets = true; ///< false if something else serves the path of the sockets
};

/// The realtime part of the front: Socket.IO with the namespaces "/" and "/admin", and the threads of all subscribers.
class front final : public http::mount {
public:
  front(const services& all, bus& events, const http::dispatcher& commands, front_settings settings);

  void start(const std::vector<asio::any_io_executor>& threads) override;
  void stop() override { server_.stop(); }
  void finish() override;
  [[nodiscard]] bool serves(std::string_view path) const override {
    return settings_.serves_sockets && server_.serves(path);
  }
  [[nodiscard]] uint64_t body_limit() const override { return server_.body_limit(); }
  [[nodiscard]] asio::awaitable<http::reply> answer(http::call& c, std::string_view target) override {
    return server_.answer(c, target);
  }
  void take_over(http::upgrade from) override { server_.take_over(std::move(from)); }

  /// Applies a committed event to connected clients. When a session is revoked, it ends the session's sockets. Safe
  /// from any thread.
  void act_on(const runtime::followed_event& e);

  /// Stops its actors.
  void end();

private:
  [[nodiscard]] socketio::server_settings server_settings_of(const http::dispatcher& limits) const;

  front_settings settings_;
  http::route handshake_; ///< the route by which the dispatcher limits handshakes
  const services& all_;
  bus& events_;
  live_sessions sessions_;
  client_store clients_;
  command_service commands_;
  surroundings around_;
  socket_application users_, operators_;
  socketio::client_settings namespaces_;
  socketio::engine_server server_;
};

} // namespace ainft::realtime
