#include "net/socketio/engine_server.hpp"

#include "net/await.hpp"
#include "net/http/client_address.hpp"
#include "net/random_token.hpp"
#include "runtime/guard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/url/parse.hpp>

#include <caf/telemetry/metric_registry.hpp>

namespace ainft::socketio {

namespace {

struct fault_text {
  int status;
  int code;
  std::string_view message;
};

} // namespace

engine_server::engine_server(caf::actor_system& system, server_settings settings, factory listeners)
  : settings_{std::move(settings)}, listeners_{std::move(listeners)}, newcomers_{settings_.newcomers_per_address} {
  auto& metrics = system.metrics();
  open_ = metrics.gauge_instance("ainft", "engineio_sessions", {{"path", settings_.path}}, "Open Engine.IO sessions");
  closed_ =
    metrics.counter_family("ainft", "engineio_closed", {"path", "reason"}, "Engine.IO sessions that ended", "1", true);
}

void engine_server::start(const std::vector<asio::any_io_executor>& threads) {
  for (const auto& t : threads)
    loops_.push_back(std::make_unique<engine_loop>(t));
}

void engine_server::stop() {
  stopping_ = true;
  for (auto& p : parts_) {
    std::lock_guard guard{p.mutex};
    for (const auto& [sid, s] : p.sessions)
      asio::post(s->loop().executor(), [s = s] { s->close(close_reason::server_shutting_down); });
  }
}

void engine_server::finish() {
  for (auto& p : parts_) {
    std::unordered_map<std::string, std::shared_ptr<engine_session>> left;
    std::lock_guard guard{p.mutex};
    left.swap(p.sessions);
  }
}

bool engine_server::serves(std::string_view path) const {
  const std::string_view mine{settings_.path};
  return path == mine || path == mine.substr(0, mine.size() - 1);
}

engine_loop& engine_server::loop_of(const asio::any_io_executor& thread) {
  const auto it = std::find_if(loops_.begin(), loops_.end(), [&](const auto& l) { return l->executor() == thread; });
  return it == loops_.end() ? *loops_.front() : **it;
}

// -- reading the request target ------------------------------------------------------------------------------------

std::variant<engine_server::wanted, engine_server::fault> engine_server::read_target(std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!parsed)
    return fault::bad_request;
  wanted out;
  std::string version;
  for (const auto& p : parsed->params()) {
    if (p.key == "transport")
      out.transport = p.value;
    else if (p.key == "sid")
      out.sid = p.value;
    else if (p.key == "EIO")
      version = p.value;
  }
  if (out.transport != "polling" && out.transport != "websocket")
    return fault::transport_unknown;
  if (version != "4")
    return fault::version_unsupported;
  return out;
}

http::reply engine_server::refusal(fault f) {
  static constexpr fault_text texts[] = {{400, 0, "Transport unknown"},
                                         {400, 1, "Session ID unknown"},
                                         {400, 2, "Bad handshake method"},
                                         {400, 3, "Bad request"},
                                         {403, 4, "Forbidden"},
                                         {400, 5, "Unsupported protocol version"},
                                         {503, 3, "Too many connections"},
                                         {429, 3, "Too many connections from this address"}};
  const auto& t = texts[static_cast<size_t>(f)];
  http::reply out;
  out.status = t.status;
  out.body = R"({"code":)" + std::to_string(t.code) + R"(,"message":")" + std::string{t.message} + "\"}";
  if (f == fault::full || f == fault::crowded)
    out.headers.emplace_back("Retry-After", "1");
  return out;
}

// -- sessions --------------------------------------------------------------------------------------------------------

std::variant<std::string, engine_server::fault> engine_server::reserve(const std::string& address) {
  if (stopping_)
    return fault::full;
  if (const auto bad = settings_.admit ? settings_.admit(address) : caf::error{})
    return bad == runtime::errc::rate_limited ? fault::crowded : fault::full;
  auto sid = settings_.sid_prefix + net::random_token();
  if (!newcomers_.enter(sid, http::rate_source(address)))
    return fault::crowded;
  if (count_ >= settings_.max_connections && !make_room(sid)) {
    newcomers_.leave(sid);
    return fault::full;
  }
  ++count_;
  return sid;
}

bool engine_server::make_room(const std::string& sid) {
  for (auto oldest = newcomers_.take_oldest(); oldest && *oldest != sid; oldest = newcomers_.take_oldest())
    if (const auto s = find(*oldest)) {
      asio::post(s->loop().executor(), [s] { s->close(close_reason::forced_close); });
      return true;
    }
  return false;
}

std::shared_ptr<engine_session> engine_server::make_session(engine_loop& on, std::string sid) {
  auto s = std::make_shared<engine_session>(on, settings_.engine, std::move(sid), static_cast<session_keeper*>(this));
  s->listen(listeners_(*s));
  open_->inc();
  auto& p = part_of(s->id());
  std::lock_guard guard{p.mutex};
  p.sessions.emplace(s->id(), s);
  return s;
}

std::shared_ptr<engine_session> engine_server::find(const std::string& sid) {
  auto& p = part_of(sid);
  std::lock_guard guard{p.mutex};
  const auto it = p.sessions.find(sid);
  return it == p.sessions.end() ? nullptr : it->second;
}

void engine_server::on_end(const engine_session& s, close_reason why) {
  newcomers_.leave(s.id());
  --count_;
  open_->dec();
  closed_->get_or_add({{"path", settings_.path}, {"reason", std::string{text_of(why)}}})->inc();
  auto& p = part_of(s.id());
  std::lock_guard guard{p.mutex};
  p.sessions.erase(s.id());
}

// -- polling ---------------------------------------------------------------------------------------------------------

asio::awaitable<http::reply> engine_server::answer(http::call& c, std::string_view target) {
  const auto what = read_target(target);
  if (const auto* f = std::get_if<fault>(&what))
    co_return refusal(*f);
  const auto& want = std::get<wanted>(what);
  const bool get = c.method == http::verb::get;
  if (want.sid.empty()) {
    if (!get)
      co_return refusal(fault::bad_method);
    if (want.transport != "polling") // a handshake over WebSocket asks for an upgrade; see take_over
      co_return refusal(fault::bad_request);
    auto place = reserve(c.peer);
    if (const auto* f = std::get_if<fault>(&place))
      co_return refusal(*f);
    co_return co_await handshake(std::move(std::get<std::string>(place)));
  }
  const auto s = find(want.sid);
  if (!s)
    co_return refusal(fault::session_unknown);
  if (want.transport != "polling" || (!get && c.method != http::verb::post))
    co_return refusal(fault::bad_request);
  if (get)
    co_return co_await poll(c, s);
  co_return co_await take_payload(c, s);
}

namespace {

http::reply text_reply(std::string body, std::string type) {
  http::reply out;
  out.body = std::move(body);
  out.content_type = std::move(type);
  return out;
}

} // namespace

asio::awaitable<http::reply> engine_server::handshake(std::string sid) {
  auto& on = *loops_[turn_.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
  using polled = engine_session::polled;
  auto start = [this, &on, sid = std::move(sid)](std::function<void(polled)> done) {
    asio::post(on.executor(), [this, &on, sid, done = std::move(done)]() mutable {
      const auto s = make_session(on, std::move(sid));
      s->open_polling();
      (void)s->poll(std::move(done));
    });
  };
  auto got = co_await net::await_call<polled>(std::move(start));
  co_return text_reply(std::move(got.body), "text/plain; charset=UTF-8");
}

asio::awaitable<http::reply> engine_server::poll(http::call& c, std::shared_ptr<engine_session> s) {
  using polled = engine_session::polled;
  c.on_gone = [s] { asio::post(s->loop().executor(), [s] { s->poll_gone(); }); };
  auto start = [s](std::function<void(polled)> done) {
    asio::post(s->loop().executor(), [s, done = std::move(done)]() mutable {
      if (!s->poll(done))
        done({400, ""});
    });
  };
  auto got = co_await net::await_call<polled>(std::move(start));
  if (got.status != 200)
    co_return refusal(fault::bad_request);
  co_return text_reply(std::move(got.body), "text/plain; charset=UTF-8");
}

asio::awaitable<http::reply> engine_server::take_payload(http::call& c, std::shared_ptr<engine_session> s) {
  auto start = [s, body = std::move(c.body)](std::function<void(bool)> done) mutable {
    asio::post(s->loop().executor(),
               [s, body = std::move(body), done = std::move(done)] { done(s->take_payload(body)); });
  };
  const bool good = co_await net::await_call<bool>(std::move(start));
  if (!good)
    co_return refusal(fault::bad_request);
  co_return text_reply("ok", "text/html");
}

// -- WebSockets ------------------------------------------------------------------------------------------------------

void engine_server::move_to(const asio::any_io_executor& thread, http::upgrade& from) {
  if (from.socket.get_executor() == thread)
    return;
  const auto protocol = from.socket.local_endpoint().protocol();
  from.socket = asio::ip::tcp::socket{thread, protocol, from.socket.release()};
}

void engine_server::take_over(http::upgrade from) {
  const auto target = from.request.target();
  const auto what = read_target({target.data(), target.size()});
  if (const auto* f = std::get_if<fault>(&what))
    return refuse_upgrade(std::move(from), *f);
  const auto& want = std::get<wanted>(what);
  if (want.transport != "websocket")
    return refuse_upgrade(std::move(from), fault::bad_request);
  if (want.sid.empty()) {
    auto place = reserve(from.peer);
    if (const auto* f = std::get_if<fault>(&place))
      return refuse_upgrade(std::move(from), *f);
    const auto s = make_session(loop_of(from.socket.get_executor()), std::move(std::get<std::string>(place)));
    return s->open_websocket(std::move(from));
  }
  const auto s = find(want.sid);
  if (!s)
    return refuse_upgrade(std::move(from), fault::session_unknown);
  boost::system::error_code ec;
  from.socket.local_endpoint(ec);
  if (ec)
    return;
  move_to(s->loop().executor(), from);
  auto moved = std::make_shared<http::upgrade>(std::move(from));
  asio::post(s->loop().executor(),
             [this, s, moved] { s->may_upgrade() ? s->upgrade(std::move(*moved)) : turn_away(std::move(*moved)); });
}

/// Completes the WebSocket handshake, then closes the WebSocket. The session continues without it. The reference server
/// does the same (engine.io, Server.onWebSocket).
void engine_server::turn_away(http::upgrade from) {
  const auto socket =
    std::make_shared<websocket>(std::move(from), websocket::limits{settings_.engine.max_payload, false});
  constexpr uint16_t normal_closure = 1000;
  auto close = [weak = std::weak_ptr{socket}] {
    if (const auto s = weak.lock())
      s->close(normal_closure);
  };
  socket->start({std::move(close), [](std::string_view, bool) {}, {}});
}

namespace {

asio::awaitable<void> send_and_close(asio::ip::tcp::socket socket, std::string text) {
  boost::system::error_code ec;
  co_await asio::async_write(socket, asio::buffer(text), asio::redirect_error(asio::use_awaitable, ec));
  socket.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
}

} // namespace

void engine_server::refuse_upgrade(http::upgrade from, fault f) {
  const auto r = refusal(f);
  beast::http::response<beast::http::string_body> response{static_cast<beast::http::status>(r.status), 11, r.body};
  response.set(beast::http::field::content_type, r.content_type);
  response.keep_alive(false);
  response.prepare_payload();
  std::ostringstream text;
  text << response;
  auto executor = from.socket.get_executor();
  asio::co_spawn(executor, send_and_close(std::move(from.socket), text.str()), runtime::reported("engineio"));
}

} // namespace ainft::socketio
