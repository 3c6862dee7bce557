#pragma once

#include "net/socketio/engine_session.hpp"

#include <caf/actor_system.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>

namespace ainft::socketio {

struct server_settings {
  std::string path = "/socket.io/"; ///< with its last slash; also served without
  engine_settings engine;
  size_t max_connections = 20'000; ///< sessions at once; more are refused with 503
  std::string sid_prefix; ///< before each session's id: tells a proxy which of several servers has it
};

/// An Engine.IO v4 server under one path of the HTTP server (the public Engine.IO protocol document, revision 4).
class engine_server final : public http::mount {
public:
  /// Makes what listens to a new session.
  using factory = std::function<std::unique_ptr<listener>(engine_session&)>;

  engine_server(caf::actor_system& system, server_settings settings, factory listeners);

  void start(const std::vector<asio::any_io_executor>& threads) override;
  void stop() override;
  void finish() override;
  [[nodiscard]] bool serves(std::string_view path) const override;
  [[nodiscard]] uint64_t body_limit() const override { return settings_.engine.max_payload; }
  [[nodiscard]] asio::awaitable<http::reply> answer(http::call& c, std::string_view target) override;
  void take_over(http::upgrade from) override;

private:
  /// The errors of the protocol, by their code.
  enum class fault : uint8_t { transport_unknown, session_unknown, bad_method, bad_request, forbidden, version_unsupported, full };

  struct wanted {
    std::string transport;
    std::string sid;
  };
  struct alignas(64) part {
    std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<engine_session>> sessions;
  };

  static std::variant<wanted, fault> read_target(std::string_view target);
  static http::reply refusal(fault f);
  static void refuse_upgrade(http::upgrade from, fault f);
  static void move_to(const asio::any_io_executor& thread, http::upgrade& from);

  std::shared_ptr<engine_session> make_session(engine_loop& on);
  std::shared_ptr<engine_session> find(const std::string& sid);
  void forget(const engine_session& s, close_reason why);
  part& part_of(const std::string& sid) { return parts_[std::hash<std::string>{}(sid) % parts_.size()]; }
  engine_loop& loop_of(const asio::any_io_executor& thread);

  asio::awaitable<http::reply> handshake();
  asio::awaitable<http::reply> poll(http::call& c, std::shared_ptr<engine_session> s);
  asio::awaitable<http::reply> take_payload(http::call& c, std::shared_ptr<engine_session> s);

  server_settings settings_;
  factory listeners_;
  std::vector<std::unique_ptr<engine_loop>> loops_;
  std::array<part, 16> parts_;
  std::atomic<size_t> count_{0};
  std::atomic<size_t> turn_{0};
  std::atomic<bool> stopping_{false};
  caf::telemetry::int_gauge* open_;
  caf::telemetry::int_counter_family* closed_;
};

} // namespace ainft::socketio
