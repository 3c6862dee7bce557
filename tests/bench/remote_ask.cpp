// Measures the cost of a request to an entity on another node, and to a plain CAF actor over the same TLS: in one run,
// in turns, one request at a time. tests/bench/cluster runs it.
#include "persistence/start_journal.hpp"
#include "runtime/cluster/router.hpp"
#include "runtime/entity.hpp"
#include "runtime/register_types.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/rig.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/all.hpp>
#include <caf/scoped_actor.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <future>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace ainft;
using namespace ainft::runtime;
using namespace ainft::runtime::cluster;
using std::chrono::microseconds;
using clock_type = std::chrono::steady_clock;

const std::string folder = std::getenv("TEST_FOLDER") ? std::getenv("TEST_FOLDER") : ".";

caf::actor_system_config& secure(caf::actor_system_config& config, const std::string& name) {
  config.openssl_certificate = folder + "/certificates/" + name + ".pem";
  config.openssl_key = folder + "/certificates/" + name + ".key";
  config.openssl_cafile = folder + "/certificates/authority.pem";
  config.load<caf::io::middleman>();
  config.load<caf::openssl::manager>();
  config.set("caf.scheduler.max-threads", 2);
  return config;
}

/// One of the two nodes. The client has the lower id, so it is the one that connects.
struct side {
  side(bool is_server, const std::string& url, uint16_t server_port)
    : system{secure(config, is_server ? "server" : "client")} {
    if (is_server) {
      persistence::start_journal(system, {.writer = {.url = url}}, log);
    }
    host.add<counter::domain>();
    own_port = to.listen();
    membership who;
    who.epoch = 1;
    for (const bool server : {false, true}) {
      member m;
      m.node.bytes[15] = server ? 2 : 1;
      m.name = server ? "server" : "client";
      m.host = "127.0.0.1";
      m.port = server ? (is_server ? own_port : server_port) : 1;
      m.roles = {server ? role::entities : role::front};
      m.settled_epoch = 1;
      who.members.push_back(m);
    }
    self.extend_lease(local_shards::clock::now() + std::chrono::hours{1});
    entities.join(self, to, [] {});
    self.adopt(who);
    to.expect(who);
  }

  uuid id_of(bool is_server) const {
    uuid out;
    out.bytes[15] = is_server ? 2 : 1;
    return out;
  }

  caf::actor_system_config config;
  caf::actor_system system;
  journal log;
  local_shards self{id_of(config.openssl_key.find("server") != std::string::npos)};
  entity_host host{
    system, log, system_clock(), {std::chrono::hours{1}, 400, std::chrono::hours{1}, {}, [this](const uuid& id) {
                                    return self.owns(id);
                                  }}};
  reply_port port{system};
  router entities{system, host, port};
  links to{system,
           self,
           {"127.0.0.1", 0, "bench"},
           {[this](const uuid& from, ask_entity a) { entities.on_ask(from, std::move(a)); },
            [this](entity_says s) { entities.on_answer(std::move(s)); }, [this](const uuid& n) { entities.on_lost(n); },
            [](const uuid&, bool) {}, [] {}}};
  uint16_t own_port = 0;
};

/// The plain actor. Its answer is as large as an entity's view.
caf::behavior echo(caf::event_based_actor*) {
  return {[](const get_view&) { return answer{1, R"({"total":3,"rings":0})"}; }};
}

[[noreturn]] void serve(const std::string& url, int out) {
  side s{true, url, 0};
  const auto bare = caf::openssl::publish(s.system.spawn(echo), 0, "127.0.0.1");
  const uint16_t ports[2] = {s.own_port, *bare};
  if (write(out, ports, sizeof ports) != sizeof ports)
    std::_Exit(1);
  pause();
  std::_Exit(0);
}

struct figures {
  double p50, p99;
};

figures of(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return {all[all.size() / 2], all[all.size() * 99 / 100]};
}

template <class F>
double timed(F f) {
  const auto begin = clock_type::now();
  f();
  return std::chrono::duration<double, std::micro>(clock_type::now() - begin).count();
}

void measure(const std::string& url, uint16_t server_port, uint16_t bare_port, size_t rounds) {
  side s{false, url, server_port};
  caf::scoped_actor me{s.system};
  const auto id = uuid::make();
  const auto ask = [&](caf::message what) {
    std::promise<result<caf::message>> said;
    s.entities.ask(counter::domain::kind, id, std::move(what), std::chrono::seconds{20},
                   [&](result<caf::message> got) { said.set_value(std::move(got)); });
    if (auto got = said.get_future().get(); !got)
      throw std::runtime_error{"no answer: " + explain(got.error()).detail};
  };
  ask(command_message(command_context{}, counter::add{3}));
  // Connect only after the link is up: CAF confuses two concurrent connections to one node.
  const auto bare = caf::openssl::remote_actor(s.system, "127.0.0.1", bare_port);
  if (!bare)
    throw std::runtime_error{"the bare actor cannot be reached"};
  const auto ask_bare = [&] {
    me->request(caf::actor_cast<caf::actor>(*bare), caf::infinite, get_view{})
      .receive([](const answer&) {}, [](const caf::error& e) { throw std::runtime_error{to_string(e)}; });
  };
  const auto ask_entity = [&] { ask(caf::make_message(get_view{})); };
  std::vector<double> with_router, without;
  for (size_t i = 0; i < rounds + 200; ++i) {
    const auto a = timed(ask_bare), b = timed(ask_entity);
    if (i >= 200) {
      without.push_back(a);
      with_router.push_back(b);
    }
  }
  const auto bare_figures = of(without), router_figures = of(with_router);
  std::printf("bare CAF over TLS:    p50 %.0f us, p99 %.0f us\nentity by the router: p50 %.0f us, p99 %.0f us\nratio "
              "of p50: %.2f (at most 1.3 wanted)\n",
              bare_figures.p50, bare_figures.p99, router_figures.p50, router_figures.p99,
              router_figures.p50 / bare_figures.p50);
  std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
  register_types();
  const rig::test_database db;
  int ports[2];
  if (pipe(ports) != 0)
    return 1;
  const auto server = fork();
  if (server == 0)
    serve(db.url(), ports[1]);
  uint16_t got[2];
  int out = 1;
  if (read(ports[0], got, sizeof got) == sizeof got)
    try {
      measure(db.url(), got[0], got[1], argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5000);
      out = 0;
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
      kill(server, SIGKILL);
      std::_Exit(1);
    }
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  std::_Exit(out);
}
