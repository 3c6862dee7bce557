#include "net/socketio/echo.hpp"

namespace ainft::socketio {

void echo_listener::on_message(std::string_view data, bool binary) {
  std::string out;
  constexpr char message = engine_type::message;
  if (binary)
    append_binary_frame(out, data);
  else
    append_text_frame(out, {&message, 1}, data);
  session_.send(std::make_shared<const std::string>(std::move(out)));
}

void echo_application::on_connect(std::shared_ptr<socket> s, nlohmann::json auth) {
  s->accept();
  s->emit(nlohmann::json::array({"auth", std::move(auth)}).dump());
}

void echo_application::on_event(socket& s, event e) {
  if (e.name == "message") {
    e.args.insert(e.args.begin(), "message-back");
    s.emit(e.args.dump(), e.attachments);
  } else if (e.name == "message-with-ack" && e.ack) {
    s.acknowledge(*e.ack, e.args.dump(), e.attachments);
  }
}

namespace {

using std::chrono::milliseconds;

server_settings echo_settings(std::string path) {
  server_settings out;
  out.path = std::move(path);
  out.engine.ping_interval = milliseconds{300};
  out.engine.ping_timeout = milliseconds{200};
  out.engine.max_payload = 1'000'000;
  return out;
}

} // namespace

echo_servers::echo_servers(caf::actor_system& system)
  : clients_{milliseconds{1000}, {{"/", &application_}, {"/custom", &application_}}},
    engine_{system, echo_settings("/engine.io/"), [](engine_session& s) { return std::make_unique<echo_listener>(s); }},
    sockets_{system, echo_settings("/socket.io/"),
             [this](engine_session& s) { return std::make_unique<client>(s, clients_); }} {}

} // namespace ainft::socketio
