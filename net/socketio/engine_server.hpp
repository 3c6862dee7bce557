#pragma once

#include "net/socketio/engine_session.hpp"
#include "net/socketio/newcomers.hpp"

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
  size_t max_connections = 20'000; ///< sessions at once; beyond them the oldest that has not joined goes, or 503 is answered
  size_t newcomers_per_address = 0; ///< sessions of one address that have not joined; 0 for no limit
  /// Whether an address may open a session now: errc::rate_limited, errc::unavailable. Absent: it may.
  std::function<caf::error(const std::string& address)> admit;
  std::string sid_prefix; ///< before each session's id: tells a proxy which of several servers has it
};

/// An Engine.IO v4 server under one path of the HTTP server (the public Engine.IO protocol document, revision 4).
class engine_server final : public http::mount, private session_keeper {
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
  enum class fault : uint8_t { transport_unknown, session_unknown, bad_method, bad_request, forbidden, version_unsupported, full, crowded };

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
  void turn_away(http::upgrade from);
  static void move_to(const asio::any_io_executor& thread, http::upgrade& from);

  /// A place for a new session of `address`: its id.
  std::variant<std::string, fault> reserve(const std::string& address);
  /// Has the oldest newcomer go for the sake of `sid`. False if there is no other.
  bool make_room(const std::string& sid);
  std::shared_ptr<engine_session> make_session(engine_loop& on, std::string sid);
  std::shared_ptr<engine_session> find(const std::string& sid);
  void on_joined(const engine_session& s) override { newcomers_.leave(s.id()); }
  void on_end(const engine_session& s, close_reason why) override;
  part& part_of(const std::string& sid) { return parts_[std::hash<std::string>{}(sid) % parts_.size()]; }
  engine_loop& loop_of(const asio::any_io_executor& thread);

  asio::awaitable<http::reply> handshake(std::string sid);
  asio::awaitable<http::reply> poll(http::call& c, std::shared_ptr<engine_session> s);
  asio::awaitable<http::reply> take_payload(http::call& c, std::shared_ptr<engine_session> s);

  server_settings settings_;
  factory listeners_;
  std::vector<std::unique_ptr<engine_loop>> loops_;
  std::array<part, 16> parts_;
  newcomers newcomers_;
  std::atomic<size_t> count_{0}; ///< sessions, and places for those to come
  std::atomic<size_t> turn_{0};
  std::atomic<bool> stopping_{false};
  caf::telemetry::int_gauge* open_;
  caf::telemetry::int_counter_family* closed_;
};

} // namespace ainft::socketio
