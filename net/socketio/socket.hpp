#pragma once

#include "net/socketio/engine_session.hpp"
#include "net/socketio/packet.hpp"

namespace ainft::socketio {

class client;

/// An event from a client. `args` is the event's array without the name; its placeholders refer to `attachments`.
struct event {
  std::string name;
  nlohmann::json args;
  std::vector<std::string> attachments;
  std::optional<uint64_t> ack; ///< the id to acknowledge, if the client expects an acknowledgement
};

/// One client in one namespace. Use it only on its loop's thread; from other threads, post to its executor.
class socket : public std::enable_shared_from_this<socket> {
public:
  /// Data that the application attaches to a socket.
  struct companion {
    virtual ~companion() = default;
  };
  /// Gets a client's acknowledgement, or nothing if it did not arrive in time.
  using on_ack = std::function<void(std::optional<nlohmann::json> args)>;

  socket(client& of, std::string nsp, std::string id);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const std::string& nsp() const noexcept { return nsp_; }
  [[nodiscard]] bool is_open() const noexcept { return client_ != nullptr; }
  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return loop_.executor(); }

  /// Accepts a client that asked to join. `data` has further members of the JSON object that carries the sid
  /// ("\"pid\":\"…\""), or is empty.
  void accept(std::string_view data = {});
  /// Rejects the client and ends the socket. `data` is JSON for the `data` member of the client's error, or empty.
  void refuse(std::string_view message, std::string_view data = {});

  /// `args` is a JSON array that begins with the event's name.
  void emit(std::string_view args, const std::vector<std::string>& attachments = {});
  /// Also asks for an acknowledgement within `patience`. Calls `then` exactly once unless the socket ends first.
  void emit(std::string_view args, std::chrono::milliseconds patience, on_ack then);
  /// Sends frames that the caller has encoded.
  void send(frames f);
  /// Acknowledges an event; `args` is a JSON array.
  void acknowledge(uint64_t id, std::string_view args, const std::vector<std::string>& attachments = {});
  /// Leaves the namespace on behalf of the server. With `close_connection`, also closes the connection.
  void disconnect(bool close_connection = false);
  /// Closes the connection without a Socket.IO disconnect packet. To the client this is a lost
  /// connection, so it may reconnect.
  void close_connection();

  std::unique_ptr<companion> data;

private:
  friend class client;
  struct pending_ack {
    on_ack then;
    std::unique_ptr<asio::steady_timer> patience;
  };
  struct pending_acks {
    uint64_t next = 0;
    std::unordered_map<uint64_t, pending_ack> waiting;
  };

  void take_ack(uint64_t id, std::optional<nlohmann::json> args);

  client* client_; ///< null after the socket has ended
  engine_loop& loop_;
  std::string nsp_;
  std::string id_;
  std::unique_ptr<pending_acks> acks_;
  bool accepted_ = false;
};

/// The server side of one namespace.
class application {
public:
  virtual ~application() = default;
  /// A client asks to join; `auth` is an object. The application calls accept() or refuse() now or later.
  virtual void on_connect(std::shared_ptr<socket> s, nlohmann::json auth) = 0;
  virtual void on_event(socket& s, event e) = 0;
  /// The application hears nothing of an accepted socket after this.
  virtual void on_disconnect(socket& s, std::string_view reason) = 0;
};

struct client_settings {
  /// From the connection, or from leaving the last namespace, to joining one.
  std::chrono::milliseconds connect_timeout{45'000};
  std::vector<std::pair<std::string, application*>> namespaces;
};

/// Socket.IO v5 over one Engine.IO session (the public Socket.IO protocol document, revision 5). Has one socket per
/// namespace.
class client final : public listener {
public:
  client(engine_session& session, const client_settings& settings);
  ~client() override;

  void on_message(std::string_view data, bool binary) override;
  void on_close(close_reason why) override;

private:
  friend class socket;
  struct unfinished {
    packet what;
    std::vector<std::string> attachments;
    size_t bytes = 0;
  };

  void take(packet p, std::vector<std::string> attachments);
  void join(packet p);
  void on_packet(socket& s, packet p, std::vector<std::string> attachments);
  void leave(socket& s, std::string_view reason);
  socket* find(std::string_view nsp);
  application* application_of(std::string_view nsp) const;
  void wait_for_connect();
  void fail();

  engine_session& session_;
  const client_settings& settings_;
  std::vector<std::shared_ptr<socket>> sockets_;
  std::unique_ptr<unfinished> binary_;
  std::unique_ptr<asio::steady_timer> connecting_;
};

} // namespace ainft::socketio
