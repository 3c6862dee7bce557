#include "runtime/cluster/links.hpp"

#include "runtime/guard.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/io/middleman_actor.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/openssl/publish.hpp>
#include <caf/send.hpp>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcntl.h>

#include <cerrno>
#include <stdexcept>

namespace ainft::runtime::cluster {

namespace {

using std::chrono::milliseconds;
using steady = std::chrono::steady_clock;

constexpr size_t most_waiting = 20'000; ///< messages for one node
constexpr milliseconds connect_patience{1'000}, handshake_patience{3'000}, hello_patience{2'000},
  connect_again_after{200};

/// Whether a server listens at this address. CAF makes all its connections in one thread without a timeout, so that one
/// unreachable node would block the others. Blocks for the name resolution, and for at most `connect_patience` per
/// address.
bool is_reachable(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> guard{found, freeaddrinfo};
  for (const auto* a = found; a; a = a->ai_next) {
    const int fd = socket(a->ai_family, a->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0)
      continue;
    bool good = connect(fd, a->ai_addr, a->ai_addrlen) == 0;
    if (!good && errno == EINPROGRESS) {
      pollfd p{fd, POLLOUT, 0};
      int why = 0;
      socklen_t size = sizeof why;
      good = poll(&p, 1, connect_patience.count()) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) == 0
             && why == 0;
    }
    ::close(fd);
    if (good)
      return true;
  }
  return false;
}

/// Checks in its own thread whether a node is reachable.
caf::behavior prober(caf::event_based_actor*) {
  return {[](const std::string& host, uint16_t port) { return is_reachable(host, port); }};
}

struct link_parts {
  const local_shards* self;
  const link_settings* settings;
  const link_events* events;
  caf::actor endpoint; ///< of this node
  member peer;
  std::shared_ptr<links::outbox> out;
};

/// The link to one node.
class link_actor final : public caf::event_based_actor {
public:
  link_actor(caf::actor_config& cfg, link_parts parts)
    : caf::event_based_actor(cfg), parts_{std::move(parts)}, heard_{steady::now() + connect_patience} {
    set_down_handler([this](const caf::down_msg& d) {
      if (endpoint_ && d.source == endpoint_.address())
        lose();
    });
  }

  const char* name() const override { return "ainft.link"; }

  caf::behavior make_behavior() override {
    connects_ = parts_.self->self() < parts_.peer.node;
    if (connects_) {
      prober_ = system().spawn<caf::detached + caf::hidden>(prober);
      link_to(prober_);
      connect();
    }
    tick();
    return {
      [this](hello& h) { rise(std::move(h.endpoint)); },
      [](const continuation& c) { guarded("link", c.run); },
    };
  }

private:
  void connect() {
    if (endpoint_ || !connects_)
      return;
    request(prober_, caf::infinite, parts_.peer.host, parts_.peer.port)
      .then(
        [this](bool reachable) {
          if (!reachable)
            return retry();
          request(system().openssl_manager().actor_handle(), handshake_patience, caf::connect_atom_v, parts_.peer.host,
                  parts_.peer.port)
            .then([this](const caf::node_id&, caf::strong_actor_ptr& found,
                         const std::set<std::string>&) { greet(caf::actor_cast<caf::actor>(found)); },
                  [this](const caf::error&) { retry(); });
        },
        [this](const caf::error&) { retry(); });
  }

  void greet(const caf::actor& endpoint) {
    if (!endpoint)
      return retry();
    request(endpoint, hello_patience, hello{parts_.self->self(), parts_.settings->name, wire_schema, parts_.endpoint})
      .then([this, endpoint](const hello& h) { h.node == parts_.peer.node ? rise(endpoint) : retry(); },
            [this](const caf::error&) { retry(); });
  }

  void retry() {
    run_delayed(connect_again_after, [this] { connect(); });
  }

  void rise(caf::actor endpoint) {
    if (endpoint_)
      demonitor(endpoint_);
    endpoint_ = std::move(endpoint);
    monitor(endpoint_);
    was_up_ = true;
    heard_ = steady::now();
    parts_.out->set_endpoint(endpoint_);
  }

  void lose() {
    endpoint_ = nullptr;
    parts_.out->set_endpoint(nullptr);
    lost_ = steady::now();
    // The other node may have processed pending requests: the sender decides whether to retry. Messages in the outbox
    // can still be sent.
    parts_.events->on_lost(parts_.peer.node);
    connect();
  }

  void tick() {
    run_delayed(parts_.settings->ping, [this] { tick(); });
    if (endpoint_)
      request(endpoint_, parts_.settings->ping * 4, ping{})
        .then([this](const ping&) { heard_ = steady::now(); }, [](const caf::error&) {});
    // A closed connection that cannot be opened again is a stronger sign than a silent one.
    const auto patience = was_up_ && !endpoint_ ? parts_.settings->suspect_after / 2 : parts_.settings->suspect_after;
    parts_.events->on_suspicion(parts_.peer.node, steady::now() - std::max(heard_, lost_) > patience);
  }

  link_parts parts_;
  bool connects_ = false;
  caf::actor prober_;
  caf::actor endpoint_; ///< of the other node; null while the link is down
  bool was_up_ = false;
  steady::time_point heard_, lost_;
};

} // namespace

template <class T>
bool links::outbox::add(std::vector<T> batch::*to, T what) {
  std::unique_lock guard{mutex_};
  if (waiting_.asks.size() + waiting_.answers.size() >= most_waiting)
    return false;
  (waiting_.*to).push_back(std::move(what));
  send_all(guard);
  return true;
}

bool links::outbox::put(ask_entity what) { return add(&batch::asks, std::move(what)); }
bool links::outbox::put(entity_says what) { return add(&batch::answers, std::move(what)); }

void links::outbox::send_all(std::unique_lock<std::mutex>& guard) {
  if (sending_)
    return;
  sending_ = true;
  while (endpoint_ && !(waiting_.asks.empty() && waiting_.answers.empty())) {
    auto what = std::exchange(waiting_, {});
    what.from = self_;
    const auto to = endpoint_;
    guard.unlock();
    caf::anon_send(to, std::move(what));
    guard.lock();
  }
  sending_ = false;
}

void links::outbox::set_endpoint(caf::actor endpoint) {
  std::unique_lock guard{mutex_};
  endpoint_ = std::move(endpoint);
  send_all(guard);
}

bool links::outbox::is_up() const {
  std::lock_guard guard{mutex_};
  return static_cast<bool>(endpoint_);
}

links::links(caf::actor_system& system, const local_shards& self, link_settings settings, link_events events)
  : system_{system}, self_{self}, settings_{std::move(settings)}, events_{std::move(events)} {
  endpoint_ = system.spawn([this](caf::event_based_actor* me) -> caf::behavior {
    return {
      [this, me](hello& h) -> caf::result<hello> {
        std::shared_lock guard{mutex_};
        const auto it = links_.find(h.node);
        if (it == links_.end()) {
          events_.on_stranger();
          return refuse(errc::unavailable, "this node does not know the calling node yet");
        }
        caf::anon_send(it->second.actor, std::move(h));
        return hello{self_.self(), settings_.name, wire_schema, caf::actor{me}};
      },
      [](const ping& p) { return p; },
      [this](batch& p) {
        for (auto& a : p.asks)
          guarded("link", [&] { events_.on_ask(p.from, std::move(a)); });
        for (auto& a : p.answers)
          guarded("link", [&] { events_.on_answer(std::move(a)); });
      },
      [](const continuation& c) { guarded("link", c.run); },
    };
  });
}

uint16_t links::listen() {
  auto port = caf::openssl::publish(endpoint_, settings_.port, settings_.address.c_str(), true);
  if (!port)
    throw std::runtime_error{"cannot listen for other nodes on " + settings_.address + ":"
                             + std::to_string(settings_.port) + " (cluster.address, cluster.port)"};
  return *port;
}

void links::expect(const membership& who) {
  std::unique_lock guard{mutex_};
  if (!endpoint_)
    return;
  for (const auto& m : who.members) {
    if (m.node == self_.self() || links_.contains(m.node))
      continue;
    link l{{}, std::make_shared<outbox>(self_.self())};
    l.actor = system_.spawn<link_actor>(link_parts{&self_, &settings_, &events_, endpoint_, m, l.out});
    links_.emplace(m.node, std::move(l));
  }
  std::vector<uuid> gone;
  std::erase_if(links_, [&](auto& l) {
    if (who.find(l.first))
      return false;
    caf::anon_send_exit(l.second.actor, caf::exit_reason::user_shutdown);
    gone.push_back(l.first);
    return true;
  });
  guard.unlock();
  for (const auto& node : gone)
    events_.on_lost(node);
}

template <class T>
bool links::put(const uuid& to, T what) {
  std::shared_ptr<outbox> out;
  {
    std::shared_lock guard{mutex_};
    const auto it = links_.find(to);
    if (it == links_.end())
      return false;
    out = it->second.out;
  }
  return out->put(std::move(what));
}

bool links::send(const uuid& to, ask_entity what) { return put(to, std::move(what)); }
bool links::send(const uuid& to, entity_says what) { return put(to, std::move(what)); }

std::vector<links::state> links::all() const {
  std::vector<state> out;
  std::shared_lock guard{mutex_};
  out.reserve(links_.size());
  for (const auto& [node, l] : links_)
    out.push_back({node, l.out->is_up()});
  return out;
}

void links::close() {
  std::lock_guard guard{mutex_};
  for (const auto& [node, l] : links_)
    caf::anon_send_exit(l.actor, caf::exit_reason::user_shutdown);
  links_.clear();
  if (endpoint_)
    caf::anon_send_exit(endpoint_, caf::exit_reason::user_shutdown);
  endpoint_ = nullptr;
}

} // namespace ainft::runtime::cluster
