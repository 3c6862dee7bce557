#include "actors/realtime/sockets.hpp"

#include "actors/auth/session/api.hpp"
#include "actors/realtime/socket_messages.hpp"
#include "net/random_token.hpp"
#include "runtime/guard.hpp"
#include "runtime/try.hpp"

#include <boost/asio/co_spawn.hpp>

#include <caf/send.hpp>
#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

namespace ainft::realtime {

using runtime::errc;
using runtime::refuse;
using runtime::refuse_field;
using runtime::result;
using socketio::socket;

namespace {

connection& connection_of(socket& s) { return static_cast<connection&>(*s.data); }

/// The text of a field; empty if the field does not exist or is not a text.
std::optional<std::string> text_of(const nlohmann::json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? std::optional{it->get<std::string>()} : std::nullopt;
}

/// The first argument of a client's event. Refuses with errc::validation_failed what does not fit the description.
template <class T>
result<T> argument(const nlohmann::json& args) {
  return runtime::from_json<T>(args.empty() ? nlohmann::json{} : args[0]);
}

result<since> since_of(const subscribe_request& what, const room& r) {
  since out;
  if (!what.since)
    return out;
  const auto given = nlohmann::json::parse(what.since->text);
  const bool versioned = r.type->resumes_at_version;
  if (given.is_number_unsigned() && versioned)
    out.version = given.get<uint64_t>();
  else if (given.is_string())
    out.cursor = parse_cursor(given.get_ref<const std::string&>());
  if (!out.version && !out.cursor)
    return refuse_field("/since", versioned ? "must be the position of an event, or a version"
                                            : "must be the position of an event");
  return out;
}

} // namespace

socket_application::socket_application(surroundings& around, audience whose)
  : around_{around}, whose_{whose}, connects_{around.settings.connects_at_once} {
  auto& metrics = around.all.system.metrics();
  const std::string nsp = whose == audience::operators ? "/admin" : "/";
  open_ = metrics.gauge_instance("ainft", "realtime_sockets", {{"namespace", nsp}}, "Sockets that have joined");
  connected_ =
    metrics.counter_family("ainft", "realtime_connects", {"outcome"}, "Clients that asked to join", "1", true);
}

void socket_application::count_connect(std::string outcome) { connected_->get_or_add({{"outcome", outcome}})->inc(); }

bool socket_application::may_open(const room& r) const {
  return !r.type->is_for_operators || whose_ == audience::operators;
}

// -- joining ---------------------------------------------------------------------------------------------------------

void socket_application::on_connect(socket_ptr s, nlohmann::json auth) {
  auto executor = s->executor();
  asio::co_spawn(executor, connect(std::move(s), std::move(auth)), runtime::reported("socket_connect"));
}

asio::awaitable<void> socket_application::connect(socket_ptr s, nlohmann::json auth) {
  const auto place = co_await connects_.enter();
  if (!s->is_open())
    co_return;
  caf::error bad;
  try {
    bad = co_await let_in(s, std::move(auth));
  } catch (...) {
    runtime::report_exception("socket_connect", std::current_exception());
    bad = refuse(errc::internal, "");
  }
  if (!bad)
    co_return;
  count_connect("refused");
  const auto problem = http::problem_reply(bad, s->nsp());
  s->refuse(runtime::explain(bad).detail, problem.body);
}

asio::awaitable<caf::error> socket_application::let_in(socket_ptr s, nlohmann::json auth) {
  const auto token = text_of(auth, "token");
  if (!token)
    co_return refuse(errc::unauthenticated, "this namespace requires an access token in the handshake's auth.token");
  AINFT_CO_TRY(known, co_await around_.all.authenticator.authenticate(*token));
  if (whose_ == audience::operators && !around_.all.auth.is_operator(known.who.wallet))
    co_return refuse(errc::forbidden, "this namespace is for operators");
  const bool is_operator = around_.all.auth.is_operator(known.who.wallet);
  auto mine = std::make_unique<connection>(*s, around_.events.hub().part_of(s->executor()), known.who, is_operator);
  auto& c = *mine;
  s->data = std::move(mine);
  c.hold();
  auto back = co_await find_comeback(auth, c.who.user);
  auto welcome = co_await recover(c, std::move(back));
  auto bad = co_await attach(s, c, known.expires_at);
  if (!bad)
    bad = co_await remember(c);
  // The session may have been revoked before its actor knew this socket. So check the token again.
  auto again = co_await around_.all.authenticator.authenticate(*token);
  if (!bad && !again)
    bad = again.error();
  if (bad || !s->is_open()) {
    c.leave_all();
    if (c.session)
      caf::anon_send(c.session, detach_socket{s->id()});
    if (!welcome.recovered)
      around_.clients.erase(c.pid);
    co_return bad;
  }
  greet(*s, c, welcome);
  co_return caf::error{};
}

asio::awaitable<std::optional<socket_application::comeback>> socket_application::find_comeback(
  const nlohmann::json& auth, runtime::uuid user) {
  const auto pid = text_of(auth, "pid");
  const auto offset = parse_cursor(text_of(auth, "offset").value_or(""));
  if (!pid || !offset)
    co_return std::nullopt;
  auto q = [pid = *pid, user, at = *offset](persistence::session& db) { return client_store::find(db, pid, user, at); };
  auto found = co_await net::query(around_.all.db, std::move(q));
  if (!found || !*found)
    co_return std::nullopt;
  auto subscriptions = std::move((*found)->subscriptions);
  std::erase_if(subscriptions, [this](const auto& s) { return !may_open(s.room); });
  comeback out{*pid, *offset, std::move(subscriptions)};
  co_return out;
}

asio::awaitable<socket_application::welcome> socket_application::recover(connection& c, std::optional<comeback> back) {
  welcome out;
  out.upto = c.part().at;
  c.pid = net::random_token();
  if (!back)
    co_return out;
  for (const auto& subscription : back->subscriptions)
    c.join(subscription);
  out.upto = std::max(c.part().at, back->offset); // another node may have been ahead of this one
  auto missed = co_await around_.events.missed(back->subscriptions, back->offset, c.part().at, c.reads_for());
  if (!missed) {
    c.leave_all();
    co_return out;
  }
  c.pid = std::move(back->pid);
  out.recovered = true;
  out.missed = std::move(*missed);
  co_return out;
}

asio::awaitable<caf::error> socket_application::attach(socket_ptr s, connection& c, runtime::time_point token_expires) {
  const auto tell = [this, weak = std::weak_ptr{s}, executor = s->executor()](session_notice n) {
    asio::post(executor, [this, weak, n] {
      if (const auto alive = weak.lock(); alive && alive->is_open())
        on_notice(*alive, n);
    });
  };
  for (int attempt = 0;; ++attempt) {
    c.session = around_.sessions.of(c.who.session);
    auto message = caf::make_message(attach_socket{s->id(), c.pid, token_expires, tell});
    auto done = co_await net::ask<caf::unit_t>(around_.all.port, c.session, std::move(message), ask_timeout);
    if (done)
      co_return caf::error{};
    // The actor may have ended with its last socket just now. Then ask for a new one.
    if (done.error() != caf::sec::request_receiver_down || attempt == 3)
      co_return done.error();
  }
}

asio::awaitable<caf::error> socket_application::remember(connection& c) {
  auto start = [this, &c](client_store::written done) {
    around_.clients.put(c.pid, c.who.user, c.subscriptions(), std::move(done));
  };
  auto done = co_await net::await_call<result<caf::unit_t>>(std::move(start));
  co_return done ? caf::error{} : done.error();
}

/// Sends the first event, `ready`. It carries a journal position, so that a client can come back even if no other event
/// follows.
void socket_application::greet(socket& s, connection& c, const welcome& w) {
  count_connect(w.recovered ? "recovered" : "new");
  open_->inc();
  s.accept("\"pid\":\"" + c.pid + "\"");
  for (const auto& e : w.missed)
    c.push_missed(*e);
  c.set_last(std::max(w.upto, c.last()));
  ready first{w.recovered, w.missed.size(), {}, session_id{c.who.session}, user_id{c.who.user}};
  for (const auto& subscription : c.subscriptions())
    first.rooms.push_back(subscription.room.str());
  s.emit("[\"ready\"," + runtime::to_json(first) + ",\"" + cursor_text(c.last()) + "\"]");
  c.release();
}

void socket_application::on_disconnect(socket& s, std::string_view reason) {
  auto& c = connection_of(s);
  open_->dec();
  c.leave_all();
  caf::anon_send(c.session, detach_socket{s.id()});
  if (reason.ends_with("namespace disconnect"))
    around_.clients.erase(c.pid);
  else if (!c.replaced)
    around_.clients.release(c.pid);
}

void socket_application::on_notice(socket& s, session_notice n) {
  auto& c = connection_of(s);
  const auto end = [&s](session_end reason) {
    s.emit("[\"session.ended\"," + runtime::to_json(session_ended{reason}) + "]");
    s.disconnect();
  };
  switch (n) {
  case session_notice::token_expiring: return s.emit(R"(["token.expiring",{}])");
  case session_notice::token_expired:
    c.token_expired = true;
    return s.emit("[\"token.expired\","
                  + runtime::to_json(token_expired{static_cast<uint64_t>(around_.settings.token_grace.count())}) + "]");
  case session_notice::token_gone: return end(session_end::token_expired);
  case session_notice::revoked: return end(session_end::revoked);
  case session_notice::kicked: return end(session_end::ended_by_operator);
  case session_notice::replaced: c.replaced = true; return s.close_connection();
  }
}

// -- events ----------------------------------------------------------------------------------------------------------

void socket_application::on_event(socket& s, socketio::event e) {
  asio::co_spawn(s.executor(), run(s.shared_from_this(), std::move(e)), runtime::reported("socket_event"));
}

asio::awaitable<void> socket_application::run(socket_ptr s, socketio::event e) {
  const responder respond = [s, id = e.ack](const result<std::string>& answer) {
    const auto problem = answer ? http::reply{} : http::problem_reply(answer.error(), "");
    const auto text =
      answer ? *answer : "{\"status\":" + std::to_string(problem.status) + ",\"body\":" + problem.body + "}";
    if (id)
      s->acknowledge(*id, "[" + text + "]");
    else if (!answer)
      s->emit("[\"problem\"," + text + "]");
  };
  result<std::string> out{
    refuse(errc::not_found, "no such event: " + runtime::json_quoted(runtime::cut_utf8(e.name, 60)))};
  try {
    if (e.name == "subscribe")
      out = co_await subscribe(s, e.args, respond);
    else if (e.name == "unsubscribe")
      out = co_await unsubscribe(s, e.args);
    else if (e.name == "authenticate")
      out = co_await authenticate(s, e.args);
    else if (e.name == "command")
      out = co_await command(s, e.args);
    else if (e.name == "stats" && whose_ == audience::operators)
      out = stats();
    else if (e.name == "kick" && whose_ == audience::operators)
      out = co_await kick(e.args);
  } catch (...) {
    runtime::report_exception("socket_event", std::current_exception());
    out = refuse(errc::internal, "");
  }
  if (!out || !out->empty()) // subscribe() responds itself, in order with the events, and returns an empty text
    respond(out);
}

task<std::string> socket_application::subscribe(socket_ptr s, const nlohmann::json& args, responder respond) {
  auto& c = connection_of(*s);
  AINFT_CO_TRY(what, argument<subscribe_request>(args));
  AINFT_CO_TRY(r, room::parse(what.room));
  AINFT_CO_TRY(from, since_of(what, r));
  if (!may_open(r))
    co_return refuse(errc::forbidden, "this room is for operators");
  if (c.token_expired)
    co_return refuse(errc::token_invalid, "the token has expired; send authenticate with a new one");
  AINFT_CO_TRY(in, co_await enter(s, c, r, from));
  for (const auto& e : in.missed)
    c.push_past(*e);
  subscribed answer;
  answer.room = r.str();
  answer.offset = cursor_text(in.at);
  if (r.type->is_entity)
    answer.version = in.version;
  if (r.type->counts_viewers)
    answer.viewers = around_.events.hub().viewers(r.topic);
  if (in.snapshot.empty())
    answer.missed = in.missed.size();
  else
    answer.snapshot = runtime::raw_json{std::move(in.snapshot)};
  respond(runtime::to_json(answer));
  c.release();
  co_return std::string{};
}

/// Subscribes the connection to a room. After success, the connection stays held.
task<opened> socket_application::enter(socket_ptr s, connection& c, room r, since from) {
  auto ask = caf::make_message(enter_room{s->id(), r.str()});
  auto allowed = co_await net::ask<caf::unit_t>(around_.all.port, c.session, std::move(ask), ask_timeout);
  if (!allowed)
    co_return allowed.error();
  auto in = co_await around_.events.open(around_.all, c, r, c.who, from);
  if (!in) {
    if (!c.find(r))
      caf::anon_send(c.session, leave_room{s->id(), r.str()});
    co_return std::move(in.error());
  }
  if (auto bad = co_await remember(c)) {
    c.leave(r);
    c.release();
    caf::anon_send(c.session, leave_room{s->id(), r.str()});
    co_return bad;
  }
  co_return in;
}

task<std::string> socket_application::unsubscribe(socket_ptr s, const nlohmann::json& args) {
  auto& c = connection_of(*s);
  AINFT_CO_TRY(what, argument<unsubscribe_request>(args));
  AINFT_CO_TRY(r, room::parse(what.room));
  const bool was_in = c.find(r) != nullptr;
  c.leave(r);
  caf::anon_send(c.session, leave_room{s->id(), r.str()});
  if (was_in)
    if (auto bad = co_await remember(c))
      co_return bad;
  unsubscribed answer;
  answer.room = r.str();
  co_return runtime::to_json(answer);
}

task<std::string> socket_application::authenticate(socket_ptr s, const nlohmann::json& args) {
  auto& c = connection_of(*s);
  AINFT_CO_TRY(what, argument<authenticate_request>(args));
  AINFT_CO_TRY(known, co_await around_.all.authenticator.authenticate(what.token));
  if (known.who.session != c.who.session)
    co_return refuse(errc::forbidden, "the token belongs to another session; open a new connection with it");
  c.token_expired = false;
  caf::anon_send(c.session, renew_token{s->id(), known.expires_at});
  authenticated answer;
  answer.expires_at = known.expires_at;
  co_return runtime::to_json(answer);
}

// -- commands --------------------------------------------------------------------------------------------------------

task<std::string> socket_application::command(socket_ptr s, const nlohmann::json& args) {
  auto& c = connection_of(*s);
  AINFT_CO_TRY(what, argument<command_request>(args));
  if (c.token_expired)
    co_return refuse(errc::token_invalid, "the token has expired; send authenticate with a new one");
  if (c.commands >= around_.settings.commands_at_once)
    co_return refuse(errc::rate_limited, "too many commands are in progress on this socket");
  ++c.commands;
  auto out = co_await around_.commands.run(c.who, std::move(what));
  --c.commands;
  co_return out;
}

// -- for operators ---------------------------------------------------------------------------------------------------

std::string socket_application::stats() const {
  stats_response out;
  out.body = {around_.sessions.count(), around_.events.hub().memberships(), around_.all.host.count(),
              cursor_text(around_.events.at())};
  return runtime::to_json(out);
}

task<std::string> socket_application::kick(const nlohmann::json& args) {
  AINFT_CO_TRY(what, argument<kick_request>(args));
  if (!around_.sessions.end(what.session.get(), session_notice::kicked))
    co_return refuse(errc::not_found, "this session has no sockets on this node");
  co_return runtime::to_json(kicked{});
}

} // namespace ainft::realtime
