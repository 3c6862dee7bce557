#include "actors/realtime/front.hpp"

#include "actors/auth/session/api.hpp"

namespace ainft::realtime {

namespace {

http::route handshake_route() {
  http::route out{};
  out.rate = http::rate_class::handshake;
  return out;
}

} // namespace

/// Limits the handshakes of each address by their rate class, and refuses them while the node may not serve.
socketio::server_settings front::server_settings_of(const http::dispatcher& limits) const {
  auto out = settings_.server;
  out.admit = [this, &limits](const std::string& address) {
    http::call c;
    c.at = &handshake_;
    c.peer = address;
    return limits.admit(c);
  };
  return out;
}

front::front(const services& all, bus& events, const http::dispatcher& commands, front_settings settings)
  : settings_{std::move(settings)}, handshake_{handshake_route()}, all_{all}, events_{events},
    sessions_{all.system, all.host.time(), settings_.sessions}, clients_{all.system, settings_.postgres_url,
                                                                         settings_.replay_window},
    commands_{all.system, commands, settings_.commands}, around_{all,      events,    sessions_,
                                                                 clients_, commands_, settings_.sockets},
    users_{around_, socket_application::audience::users}, operators_{around_, socket_application::audience::operators},
    namespaces_{settings_.connect_timeout, {{"/", &users_}, {"/admin", &operators_}}},
    server_{all.system, server_settings_of(commands),
            [this](socketio::engine_session& s) { return std::make_unique<socketio::client>(s, namespaces_); }} {}

void front::start(const std::vector<asio::any_io_executor>& threads) {
  events_.start(threads);
  server_.start(threads);
}

void front::finish() {
  server_.finish();
  events_.hub().finish();
}

void front::act_on(const runtime::followed_event& e) {
  if (e.kind != "session" || e.event.type != "session_revoked")
    return;
  all_.authenticator.forget(e.event.entity);
  sessions_.end(e.event.entity, session_notice::revoked);
}

void front::end() {
  sessions_.stop();
  clients_.stop();
}

} // namespace ainft::realtime
