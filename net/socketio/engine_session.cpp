#include "net/socketio/engine_session.hpp"

#include "runtime/guard.hpp"

namespace ainft::socketio {

void engine_loop::flush_later(std::shared_ptr<engine_session> s) {
  if (std::exchange(s->in_unsent_, true))
    return;
  unsent_.push_back(std::move(s));
  if (unsent_.size() > 1)
    return;
  asio::post(executor_, [this] {
    for (auto& each : std::exchange(unsent_, {})) {
      each->in_unsent_ = false;
      each->flush();
    }
  });
}

engine_session::engine_session(engine_loop& on, const engine_settings& settings, std::string id, session_keeper* keeper)
  : loop_{on}, settings_{settings}, id_{std::move(id)}, keeper_{keeper}, heartbeat_{on.executor()} {}

template <class F>
bool engine_session::contain(F f) {
  const bool good = runtime::guarded("engineio", f);
  if (!good)
    end(close_reason::forced_close);
  return good;
}

// -- opening ---------------------------------------------------------------------------------------------------------

void engine_session::send_open(std::string_view upgrades) {
  std::string data = R"({"sid":")" + id_ + R"(","upgrades":)";
  data.append(upgrades);
  data += R"(,"pingInterval":)" + std::to_string(settings_.ping_interval.count());
  data += R"(,"pingTimeout":)" + std::to_string(settings_.ping_timeout.count());
  data += R"(,"maxPayload":)" + std::to_string(settings_.max_payload) + "}";
  state_ = state::open;
  send(packet_frames(engine_type::open, data));
  schedule_ping();
}

void engine_session::open_polling() { send_open(R"(["websocket"])"); }

void engine_session::open_websocket(http::upgrade from) {
  socket_ =
    std::make_shared<websocket>(std::move(from), websocket::limits{settings_.max_payload, settings_.compression});
  start_socket([self = shared_from_this()] { self->send_open("[]"); });
}

void engine_session::start_socket(std::function<void()> on_open) {
  // Ignores events of a socket that the session has dropped.
  auto self = shared_from_this();
  auto* which = socket_.get();
  auto on_message = [self, which](std::string_view data, bool binary) {
    if (self->socket_.get() == which)
      self->on_socket_message(data, binary);
  };
  auto on_end = [self, which] {
    if (self->socket_.get() == which)
      self->probing_ ? self->drop_probe() : self->end(close_reason::transport_close);
  };
  socket_->start({std::move(on_open), std::move(on_message), std::move(on_end)});
}

// -- sending ---------------------------------------------------------------------------------------------------------

void engine_session::send(frames f) {
  if (state_ != state::open)
    return;
  if (const auto before = waiting(); before > 0 && before + f->size() > settings_.send_queue) {
    flush();
    if (waiting() > 0 && waiting() + f->size() > settings_.send_queue)
      return end(close_reason::too_slow);
  }
  if (on_websocket())
    socket_->write(std::move(f));
  else
    queue_.push(std::move(f));
  loop_.flush_later(shared_from_this());
}

void engine_session::flush() {
  if (state_ != state::open)
    return;
  if (on_websocket())
    return socket_->flush();
  if (!waiting_poll_ || (queue_.empty() && !probing_))
    return;
  polled out;
  for (const auto& f : queue_)
    append_polling(out.body, *f);
  if (queue_.empty())
    out.body += engine_type::noop; // the client waits for the end of this poll before it upgrades
  queue_.clear();
  answer_poll(std::move(out));
}

void engine_session::answer_poll(polled with) {
  if (const auto answer = std::exchange(waiting_poll_, nullptr))
    answer(std::move(with));
}

// -- polling ---------------------------------------------------------------------------------------------------------

bool engine_session::poll(std::function<void(polled)> answer) {
  if (state_ == state::leaving) {
    answer({200, std::string{engine_type::noop}});
    end(close_reason::transport_close);
    return true;
  }
  if (state_ != state::open || on_websocket())
    return false;
  if (waiting_poll_) {
    answer_poll({200, std::string{engine_type::close}});
    end(close_reason::transport_error);
    return false;
  }
  waiting_poll_ = std::move(answer);
  flush();
  return true;
}

void engine_session::poll_gone() {
  if (!waiting_poll_)
    return;
  answer_poll({400, ""});
  end(close_reason::transport_error);
}

bool engine_session::take_payload(std::string_view payload) {
  if (state_ != state::open || on_websocket())
    return false;
  auto packets = read_polling(payload, most_polled_packets);
  if (!packets) {
    end(close_reason::parse_error);
    return false;
  }
  bool good = true;
  for (const auto& p : *packets)
    if (good && state_ == state::open)
      good = contain([&] { p.binary ? listener_->on_message(p.data, true) : take_packet(p.type, p.data); });
  return good;
}

/// The end of the session answers a waiting poll. If none waits: a poll that the client sent before its close packet
/// may still arrive on another connection, so the session stays for `overtaken_patience`.
void engine_session::on_client_close() {
  if (on_websocket() || waiting_poll_) {
    answer_poll({200, std::string{engine_type::noop}});
    return end(close_reason::transport_close);
  }
  state_ = state::leaving;
  heartbeat_.expires_after(overtaken_patience);
  heartbeat_.async_wait([weak = weak_from_this()](error_code ec) {
    if (const auto self = weak.lock(); self && !ec)
      self->end(close_reason::transport_close);
  });
}

void engine_session::take_packet(char type, std::string_view data) {
  switch (type) {
  case engine_type::message: return listener_->on_message(data, false);
  case engine_type::pong:
    if (awaiting_pong_)
      schedule_ping();
    return;
  case engine_type::close: return on_client_close();
  default: return end(close_reason::parse_error);
  }
}

// -- the WebSocket ---------------------------------------------------------------------------------------------------

void engine_session::on_socket_message(std::string_view data, bool binary) {
  if (state_ != state::open)
    return;
  if (probing_)
    return on_probe(data, binary);
  if (data.empty() && !binary)
    return end(close_reason::parse_error);
  (void)contain([&] { binary ? listener_->on_message(data, true) : take_packet(data[0], data.substr(1)); });
}

void engine_session::upgrade(http::upgrade from) {
  probing_ = true;
  socket_ =
    std::make_shared<websocket>(std::move(from), websocket::limits{settings_.max_payload, settings_.compression});
  auto self = shared_from_this();
  upgrading_ = std::make_unique<asio::steady_timer>(loop_.executor(), settings_.upgrade_timeout);
  upgrading_->async_wait([self](error_code ec) {
    if (!ec && self->probing_)
      self->drop_probe();
  });
  start_socket([] {});
}

void engine_session::on_probe(std::string_view data, bool binary) {
  if (!binary && data == "2probe") {
    socket_->write(packet_frames(engine_type::pong, "probe"));
    socket_->flush();
    flush(); // ends the waiting poll
  } else if (!binary && data.size() == 1 && data[0] == engine_type::upgrade) {
    finish_upgrade();
  } else {
    drop_probe();
  }
}

void engine_session::finish_upgrade() {
  flush();
  probing_ = false;
  upgrading_.reset();
  for (const auto& f : queue_)
    socket_->write(f);
  queue_.clear();
  socket_->flush();
}

/// The session continues with polling.
void engine_session::drop_probe() {
  probing_ = false;
  upgrading_.reset();
  if (const auto socket = std::exchange(socket_, nullptr))
    socket->close(1002);
}

// -- the heartbeat ---------------------------------------------------------------------------------------------------

void engine_session::schedule_ping() {
  awaiting_pong_ = false;
  heartbeat_.expires_after(settings_.ping_interval);
  heartbeat_.async_wait([weak = weak_from_this()](error_code ec) {
    const auto self = weak.lock();
    if (ec || !self || self->state_ != state::open)
      return;
    static const auto ping = packet_frames(engine_type::ping);
    self->send(ping);
    self->expect_pong();
  });
}

void engine_session::expect_pong() {
  awaiting_pong_ = true;
  heartbeat_.expires_after(settings_.ping_timeout);
  heartbeat_.async_wait([weak = weak_from_this()](error_code ec) {
    if (const auto self = weak.lock(); self && !ec)
      self->end(close_reason::ping_timeout);
  });
}

void engine_session::joined() {
  if (keeper_)
    keeper_->on_joined(*this);
}

// -- the end ---------------------------------------------------------------------------------------------------------

void engine_session::close(close_reason why) {
  if (state_ != state::open)
    return;
  flush();
  answer_poll({200, std::string{engine_type::close}});
  end(why);
}

void engine_session::end(close_reason why) {
  if (std::exchange(state_, state::closed) == state::closed)
    return;
  const auto self = shared_from_this();
  heartbeat_.cancel();
  upgrading_.reset();
  queue_.clear();
  answer_poll({400, ""});
  if (const auto socket = std::exchange(socket_, nullptr))
    why == close_reason::too_slow || why == close_reason::ping_timeout
      ? socket->abort()
      : socket->close(why == close_reason::server_shutting_down ? 1001 : 1000);
  if (listener_) {
    listener_->on_close(why);
    // The listener may be the caller, so it must outlive this call.
    asio::post(loop_.executor(), [self] { self->listener_.reset(); });
  }
  if (auto* keeper = std::exchange(keeper_, nullptr))
    keeper->on_end(*this, why);
}

} // namespace ainft::socketio
