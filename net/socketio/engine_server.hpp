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
  std::string path = "/socket.io/"; ///< ends with a slash; the server also accepts it without that slash
  engine_settings engine;
  /// Maximum number of sessions. At the limit, the server closes the oldest session that has joined no namespace; if
  /// there is none, it answers 503.
  size_t max_connections = 20'000;
  /// Maximum number of sessions per address that have joined no namespace; 0 means no limit.
  size_t newcomers_per_address = 0;
  /// Says whether `address` may open a session now. Refuses with errc::rate_limited (429) or another error (503). If
  /// empty, every address may.
  std::function<caf::error(const std::string& address)> admit;
  std::string sid_prefix; ///< prefix of every session id; lets a proxy find the server that has the session
};

/// An Engine.IO v4 server under one path of the HTTP server. Source: the public Engine.IO protocol document, revision
/// 4.
class engine_server final : public http::mount, private session_keeper {
public:
  /// Makes the listener of a new session.
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
  /// The protocol's errors in the order of their codes (0 to 5), then two of our own. The order must match `texts` in
  /// refusal().
  enum class fault : uint8_t {
    transport_unknown,
    session_unknown,
    bad_method,
    bad_request,
    forbidden,
    version_unsupported,
    full,
    crowded
  };

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

  /// Reserves a place for a new session of `address`. Returns the new session's id.
  std::variant<std::string, fault> reserve(const std::string& address);
  /// Closes the oldest newcomer to make room for `sid`. False if there is no newcomer except `sid`.
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
  std::atomic<size_t> count_{0}; ///< open sessions plus reserved places
  std::atomic<size_t> turn_{0};
  std::atomic<bool> stopping_{false};
  caf::telemetry::int_gauge* open_;
  caf::telemetry::int_counter_family* closed_;
};

} // namespace ainft::socketio
