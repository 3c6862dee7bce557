#pragma once

#include "actors/realtime/bus.hpp"
#include "actors/realtime/command.hpp"
#include "actors/realtime/connection.hpp"
#include "actors/realtime/live_session.hpp"
#include "actors/realtime/recovery.hpp"

namespace ainft::realtime {

struct socket_settings {
  std::chrono::seconds token_grace{30};
  size_t commands_at_once = 32; ///< per socket
  size_t connects_at_once = 64; ///< handshakes that run at the same time; the others wait
};

/// The parts that the sockets of all namespaces use.
struct surroundings {
  const services& all;
  bus& events;
  live_sessions& sessions;
  client_store& clients;
  const command_service& commands;
  socket_settings settings;
};

/// The platform in one Socket.IO namespace: who may join, the rooms, and the commands. docs/realtime.md describes the
/// messages.
class socket_application final : public socketio::application {
public:
  enum class audience : uint8_t { users, operators };

  socket_application(surroundings& around, audience whose);

  void on_connect(std::shared_ptr<socketio::socket> s, nlohmann::json auth) override;
  void on_event(socketio::socket& s, socketio::event e) override;
  void on_disconnect(socketio::socket& s, std::string_view reason) override;

private:
  using socket_ptr = std::shared_ptr<socketio::socket>;
  /// A client that comes back: its row, and the position of its last event.
  struct comeback {
    std::string pid;
    runtime::journal_cursor offset;
    std::vector<subscriber::subscription> subscriptions;
  };
  struct welcome {
    bool recovered = false;
    std::vector<event_ptr> missed;
    runtime::journal_cursor upto;
  };
  using responder = std::function<void(const runtime::result<std::string>&)>;

  asio::awaitable<void> connect(socket_ptr s, nlohmann::json auth);
  asio::awaitable<caf::error> let_in(socket_ptr s, nlohmann::json auth);
  asio::awaitable<std::optional<comeback>> find_comeback(const nlohmann::json& auth, runtime::uuid user);
  asio::awaitable<welcome> recover(connection& c, std::optional<comeback> back);
  asio::awaitable<caf::error> attach(socket_ptr s, connection& c, runtime::time_point token_expires);
  void greet(socketio::socket& s, connection& c, const welcome& w);
  void on_notice(socketio::socket& s, session_notice n);

  asio::awaitable<void> run(socket_ptr s, socketio::event e);
  task<std::string> subscribe(socket_ptr s, const nlohmann::json& args, responder respond);
  task<opened> enter(socket_ptr s, connection& c, room r, since from);
  task<std::string> unsubscribe(socket_ptr s, const nlohmann::json& args);
  task<std::string> authenticate(socket_ptr s, const nlohmann::json& args);
  task<std::string> command(socket_ptr s, const nlohmann::json& args);
  task<std::string> kick(const nlohmann::json& args);
  [[nodiscard]] std::string stats() const;
  [[nodiscard]] bool may_open(const room& r) const;
  asio::awaitable<caf::error> remember(connection& c);
  void count_connect(std::string outcome);

  surroundings& around_;
  audience whose_;
  net::semaphore connects_;
  caf::telemetry::int_gauge* open_;
  caf::telemetry::int_counter_family* connected_;
};

} // namespace ainft::realtime
