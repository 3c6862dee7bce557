#include "net/socketio/socket.hpp"

#include "net/random_token.hpp"

namespace ainft::socketio {

namespace {

/// The maximum total size of a packet's attachments, as a multiple of `max_payload`.
constexpr size_t most_binary = 4;

} // namespace

// -- socket ----------------------------------------------------------------------------------------------------------

socket::socket(client& of, std::string nsp, std::string id)
  : client_{&of}, loop_{of.session_.loop()}, nsp_{std::move(nsp)}, id_{std::move(id)} {}

void socket::send(frames f) {
  if (client_)
    client_->session_.send(std::move(f));
}

void socket::accept(std::string_view data) {
  if (!client_)
    return;
  accepted_ = true;
  client_->connecting_.reset();
  client_->session_.joined();
  std::string json = R"({"sid":")" + id_ + "\"";
  if (!data.empty())
    json.append(",").append(data);
  send(make_packet(packet_type::connect, nsp_, json + "}"));
}

void socket::refuse(std::string_view message, std::string_view data) {
  if (!client_)
    return;
  auto json = R"({"message":)" + runtime::json_quoted(message);
  if (!data.empty())
    json.append(R"(,"data":)").append(data);
  send(make_packet(packet_type::connect_error, nsp_, json + "}"));
  if (client_)
    client_->leave(*this, "");
}

void socket::emit(std::string_view args, const std::vector<std::string>& attachments) {
  send(make_packet(packet_type::event, nsp_, args, std::nullopt, attachments));
}

void socket::emit(std::string_view args, std::chrono::milliseconds patience, on_ack then) {
  if (!client_)
    return;
  if (!acks_)
    acks_ = std::make_unique<pending_acks>();
  const auto id = acks_->next++;
  auto timer = std::make_unique<asio::steady_timer>(executor(), patience);
  timer->async_wait([weak = weak_from_this(), id](error_code ec) {
    if (const auto self = weak.lock(); self && !ec)
      self->take_ack(id, std::nullopt);
  });
  acks_->waiting.emplace(id, pending_ack{std::move(then), std::move(timer)});
  send(make_packet(packet_type::event, nsp_, args, id));
}

void socket::take_ack(uint64_t id, std::optional<nlohmann::json> args) {
  if (!acks_)
    return;
  const auto it = acks_->waiting.find(id);
  if (it == acks_->waiting.end())
    return;
  const auto then = std::move(it->second.then);
  acks_->waiting.erase(it);
  then(std::move(args));
}

void socket::acknowledge(uint64_t id, std::string_view args, const std::vector<std::string>& attachments) {
  send(make_packet(packet_type::ack, nsp_, args, id, attachments));
}

void socket::disconnect(bool close_connection) {
  if (!client_)
    return;
  auto& session = client_->session_;
  send(make_packet(packet_type::disconnect, nsp_, ""));
  if (client_)
    client_->leave(*this, "server namespace disconnect");
  if (close_connection)
    session.close(close_reason::forced_close);
}

void socket::close_connection() {
  if (client_)
    client_->session_.close(close_reason::forced_close);
}

// -- client ----------------------------------------------------------------------------------------------------------

client::client(engine_session& session, const client_settings& settings) : session_{session}, settings_{settings} {
  wait_for_connect();
}

client::~client() {
  for (auto& s : sockets_)
    s->client_ = nullptr;
}

void client::wait_for_connect() {
  connecting_ = std::make_unique<asio::steady_timer>(session_.loop().executor(), settings_.connect_timeout);
  connecting_->async_wait([weak = session_.weak_from_this()](error_code ec) {
    if (const auto session = weak.lock(); session && !ec)
      session->close(close_reason::forced_close);
  });
}

void client::fail() {
  binary_.reset();
  session_.close(close_reason::parse_error);
}

void client::on_message(std::string_view data, bool binary) {
  if (binary) {
    if (!binary_)
      return fail();
    binary_->bytes += data.size();
    if (binary_->bytes > most_binary * session_.max_payload())
      return fail();
    binary_->attachments.emplace_back(data);
    if (binary_->attachments.size() < binary_->what.attachments)
      return;
    const auto whole = std::exchange(binary_, nullptr);
    return take(std::move(whole->what), std::move(whole->attachments));
  }
  if (binary_)
    return fail();
  auto p = read_packet(data);
  if (!p)
    return fail();
  if (p->attachments > 0)
    binary_ = std::make_unique<unfinished>(unfinished{std::move(*p), {}, 0});
  else
    take(std::move(*p), {});
}

void client::take(packet p, std::vector<std::string> attachments) {
  if (p.type == packet_type::connect)
    return join(std::move(p));
  const auto to = find(p.nsp);
  if (!to || !to->accepted_)
    return fail();
  on_packet(*to, std::move(p), std::move(attachments));
}

socket* client::find(std::string_view nsp) {
  const auto it = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& s) { return s->nsp_ == nsp; });
  return it == sockets_.end() ? nullptr : it->get();
}

application* client::application_of(std::string_view nsp) const {
  const auto& all = settings_.namespaces;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& n) { return n.first == nsp; });
  return it == all.end() ? nullptr : it->second;
}

void client::join(packet p) {
  if (find(p.nsp))
    return fail();
  auto* app = application_of(p.nsp);
  if (!app)
    return session_.send(make_packet(packet_type::connect_error, p.nsp, R"({"message":"Invalid namespace"})"));
  auto s = std::make_shared<socket>(*this, std::move(p.nsp), net::random_token());
  sockets_.push_back(s);
  app->on_connect(std::move(s), p.data.is_null() ? nlohmann::json::object() : std::move(p.data));
}

void client::on_packet(socket& s, packet p, std::vector<std::string> attachments) {
  switch (p.type) {
  case packet_type::disconnect: return leave(s, "client namespace disconnect");
  case packet_type::ack:
  case packet_type::binary_ack: return s.take_ack(*p.id, std::move(p.data));
  default: {
    event e;
    e.name = p.data[0].is_string() ? p.data[0].get<std::string>() : p.data[0].dump();
    p.data.erase(0);
    e.args = std::move(p.data);
    e.attachments = std::move(attachments);
    e.ack = p.id;
    const auto alive = s.shared_from_this();
    application_of(s.nsp_)->on_event(s, std::move(e));
  }
  }
}

void client::leave(socket& s, std::string_view reason) {
  const auto alive = s.shared_from_this();
  std::erase(sockets_, alive);
  s.client_ = nullptr;
  if (s.accepted_)
    application_of(s.nsp_)->on_disconnect(s, reason);
  s.acks_.reset();
  // A client that was never accepted still has its first timer: a refused attempt does not extend its time.
  if (sockets_.empty() && session_.is_open() && !connecting_)
    wait_for_connect();
}

void client::on_close(close_reason why) {
  connecting_.reset();
  while (!sockets_.empty())
    leave(*sockets_.back(), text_of(why));
}

} // namespace ainft::socketio
