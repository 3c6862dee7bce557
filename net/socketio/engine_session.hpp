#pragma once

#include "net/socketio/websocket.hpp"

#include <boost/asio/steady_timer.hpp>

namespace ainft::socketio {

struct engine_settings {
  std::chrono::milliseconds ping_interval{25'000}; ///< from a pong to the next ping
  std::chrono::milliseconds ping_timeout{20'000};  ///< from a ping to its pong
  std::chrono::milliseconds upgrade_timeout{10'000};
  size_t max_payload = 1'000'000; ///< bytes of one message or one polling payload from the client
  /// Maximum bytes queued for a client. If a further message does not fit, the session ends with `too_slow`.
  size_t send_queue = 1'000'000;
  bool compression = false; ///< use permessage-deflate if the client offers it
};

/// Why a session ended. The texts are those of the reference server.
enum class close_reason : uint8_t {
  transport_close,
  transport_error,
  ping_timeout,
  parse_error,
  forced_close,
  server_shutting_down,
  too_slow
};
constexpr std::string_view text_of(close_reason r) {
  constexpr std::string_view texts[] = {"transport close",     "transport error",      "ping timeout", "parse error",
                                        "forced server close", "server shutting down", "too slow"};
  return texts[static_cast<size_t>(r)];
}

/// The protocol on top of an Engine.IO session.
class listener {
public:
  virtual ~listener() = default;
  virtual void on_message(std::string_view data, bool binary) = 0;
  /// The session calls nothing after this.
  virtual void on_close(close_reason why) = 0;
};

class engine_session;

/// The owner of the sessions. Each session calls it from the session's own thread.
class session_keeper {
public:
  virtual ~session_keeper() = default;
  /// The session's client has joined a namespace.
  virtual void on_joined(const engine_session& s) = 0;
  /// The session has ended. It calls nothing after this.
  virtual void on_end(const engine_session& s, close_reason why) = 0;
};

/// The sessions of one network thread. Batches writes: one posted handler flushes every session that has queued frames
/// since the last flush.
class engine_loop {
public:
  explicit engine_loop(asio::any_io_executor executor) : executor_{std::move(executor)} {}

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
  void flush_later(std::shared_ptr<engine_session> s);

private:
  asio::any_io_executor executor_;
  std::vector<std::shared_ptr<engine_session>> unsent_;
};

/// One Engine.IO v4 session on the server: its transports, the upgrade between them, and its heartbeat. Runs only on
/// its loop's thread.
class engine_session : public std::enable_shared_from_this<engine_session> {
public:
  /// `keeper` may be null.
  engine_session(engine_loop& on, const engine_settings& settings, std::string id, session_keeper* keeper);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] engine_loop& loop() const noexcept { return loop_; }
  [[nodiscard]] bool is_open() const noexcept { return state_ == state::open; }
  [[nodiscard]] size_t max_payload() const noexcept { return settings_.max_payload; }
  [[nodiscard]] bool on_websocket() const noexcept { return socket_ && !probing_; }
  [[nodiscard]] size_t waiting() const noexcept { return on_websocket() ? socket_->waiting() : queue_.bytes(); }

  /// Sets the listener. Call it before the session opens.
  void listen(std::unique_ptr<listener> to) { listener_ = std::move(to); }

  /// Queues frames. The loop sends them after the current handler. If frames already wait and `f` does not fit
  /// `send_queue` even after a flush, ends the session with `too_slow`.
  void send(frames f);
  /// Sends the queued frames now.
  void flush();
  void close(close_reason why);
  /// Reports to the keeper that the client has joined a namespace.
  void joined();

  // -- input from the transports -------------------------------------------------------------------------------------

  struct polled {
    int status = 200;
    std::string body;
  };

  void open_polling();
  void open_websocket(http::upgrade from);
  /// Handles a GET. Calls `answer` once there is data to send. False if the session does not accept a poll now.
  [[nodiscard]] bool poll(std::function<void(polled)> answer);
  /// The client of the waiting GET has disconnected.
  void poll_gone();
  /// Handles the body of a POST. False if it is not a valid payload or the session does not accept one now.
  [[nodiscard]] bool take_payload(std::string_view payload);
  [[nodiscard]] bool may_upgrade() const noexcept { return is_open() && !socket_; }
  /// Takes a WebSocket on which a polling client probes the upgrade.
  void upgrade(http::upgrade from);

private:
  enum class state : uint8_t { opening, open, leaving, closed };

  void send_open(std::string_view upgrades);
  void start_socket(std::function<void()> on_open);
  void on_socket_message(std::string_view data, bool binary);
  void on_probe(std::string_view data, bool binary);
  void finish_upgrade();
  void drop_probe();
  void on_client_close();
  void take_packet(char type, std::string_view data);
  void answer_poll(polled with);
  void schedule_ping();
  void expect_pong();
  void end(close_reason why);
  /// Calls `f`, which handles client input. If `f` throws, ends only this session and returns false.
  template <class F>
  bool contain(F f);

  static constexpr size_t most_polled_packets = 1000;
  static constexpr std::chrono::milliseconds overtaken_patience{50};

  engine_loop& loop_;
  const engine_settings& settings_;
  std::string id_;
  session_keeper* keeper_; ///< null after the session has ended
  std::unique_ptr<listener> listener_;
  std::shared_ptr<websocket> socket_;
  std::unique_ptr<asio::steady_timer> upgrading_;
  send_queue queue_; ///< used while the session polls
  std::function<void(polled)> waiting_poll_;
  asio::steady_timer heartbeat_;
  state state_ = state::opening;
  bool probing_ = false;
  bool awaiting_pong_ = false;
  bool in_unsent_ = false;
  friend class engine_loop;
};

} // namespace ainft::socketio
