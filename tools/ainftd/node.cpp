#include "tools/ainftd/node.hpp"

#include "actors/admin/operations/console_endpoint.hpp"
#include "actors/admin/operations/routes.hpp"
#include "actors/ai/agent/planning.hpp"
#include "actors/ai/job/order_service.hpp"
#include "actors/ai/job/workers.hpp"
#include "actors/ai/key/keys.hpp"
#include "actors/auth/session/authenticator.hpp"
#include "actors/capability.hpp"
#include "actors/chain/sponsor/purse.hpp"
#include "actors/platform/front.hpp"
#include "actors/platform/routes.hpp"
#include "actors/realtime/front.hpp"
#include "actors/studios/asset/settings.hpp"
#include "net/ai/remote/openai.hpp"
#include "net/client/http_client.hpp"
#include "net/clockwork.hpp"
#include "net/socketio/echo.hpp"
#include "net/thread_pool.hpp"
#include "persistence/deadline_sweeper.hpp"
#include "persistence/migrate.hpp"
#include "persistence/redis.hpp"
#include "persistence/start_journal.hpp"
#include "runtime/actor_watch.hpp"
#include "runtime/guard.hpp"
#include "runtime/supervisor.hpp"
#include "tools/ainftd/cluster_node.hpp"
#include "tools/ainftd/parts_settings.hpp"

#include <caf/openssl/publish.hpp>
#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <thread>

namespace ainft {

namespace {

using std::chrono::milliseconds;

/// How long a stopping node waits until its entities have moved to the other nodes.
constexpr milliseconds leave_patience{10'000};

/// How long a bid waits for the balance of its bidder's wallet.
constexpr milliseconds balance_patience{3'000};

/// Interval at which this node tells the others how much of their rates its callers have used.
constexpr milliseconds rates_pause{200};

/// libpq reads the password from the environment, so that no connection string contains it.
void provide_password(const config::settings& s) {
  std::string password;
  if (const char* given = std::getenv("AINFT_POSTGRES_PASSWORD"))
    password = given;
  if (!s.postgres.password_file.empty())
    password = secret_from(s.postgres.password_file, "postgres.password-file");
  if (!password.empty())
    setenv("PGPASSWORD", password.c_str(), 1);
}

/// Migrates the schema. Retries for up to `patience` if the database does not answer.
void bring_schema_up_to_date(const std::string& url, milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;; std::this_thread::sleep_for(milliseconds{500}))
    try {
      persistence::session db{url};
      if (const auto n = persistence::migrate(db, all_migrations()); n > 0)
        spdlog::info("applied {} migrations", n);
      if (const auto why = persistence::continue_journal(db))
        spdlog::warn("the journal continues in this database with a new base: {}", *why);
      return;
    } catch (const pqxx::broken_connection& e) {
      if (std::chrono::steady_clock::now() < until)
        continue;
      std::string why = e.what();
      std::replace(why.begin(), why.end(), '\n', ' ');
      throw std::runtime_error{"PostgreSQL (postgres.url) does not respond: " + why};
    }
}

/// Reports each quarantined entity in the log and the metrics.
std::function<void(const runtime::quarantined&)> report_quarantine(caf::actor_system& system) {
  auto* family = system.metrics().counter_family("ainft", "entities_quarantined", {"kind"},
                                                 "Entities quarantined because they failed to load", "1", true);
  return [family](const runtime::quarantined& q) {
    family->get_or_add({{"kind", q.kind}})->inc();
    spdlog::error("the {} {} failed to load and is now in quarantine: {}", q.kind, id_text(q.kind, q.id), q.reason);
  };
}

/// Reports each message that keeps an actor on a scheduler thread for too long.
runtime::actor_watch::told report_long_stays(caf::actor_system& system) {
  auto* family = system.metrics().counter_family("ainft", "long_messages", {"actor"},
                                                 "Messages that took an actor longer than 100 ms", "1", true);
  return [family](const runtime::long_stay& what) {
    family->get_or_add({{"actor", what.actor}})->inc();
    spdlog::warn("the actor {} ({}) has been processing a message for {} ms: {}", what.actor, what.id,
                 what.lasts.count(), what.message);
  };
}

} // namespace

struct node::parts {
  parts(config::configuration& config, std::function<void(const std::string&)> when_dead)
    : values{config.values}, sections{config.sections}, own{platform_of(values)}, auth{auth_of(values,
                                                                                               values.http.port)},
      signer{must(solana::key_pair::from_file(values.auth.token_key_file), "auth.token-key-file")}, limiter{rates_of(
                                                                                                      values)},
      metrics_token{metrics_token_of(values)}, on_death{std::move(when_dead)}, system{watched(config)} {
    watch.tell(report_long_stays(system));
    add_kinds(host);
    persistence::start_journal(system, journal_of(values.postgres), log);
    add_singletons();
    if (values.cluster.is_on())
      cluster = std::make_unique<cluster_node>(system, values, entities, singles, time, on_death);
    around.redis = persistence::start_redis(system, values.redis.address);
    around.draining = [this] { return stopping.load(); };
    around.docs = values.http.docs_folder;
    around.started = host.time().now();
    around.providers = &makers;
    around.probe_interval = in_ms(values.http.probe_interval);
    around.metrics_token = metrics_token;
    around.metrics_elsewhere = values.metrics.port != 0;
    if (around.metrics_elsewhere)
      platform_front::add_metrics_route(metrics_routes, all, around);
    add_providers(makers, values, outbound, background.get_executor());
    for (const auto& c : capabilities())
      if (c.routes)
        c.routes(routes, all);
    operations::add_routes(routes, service);
    service.serve(front, background.get_executor());
    inside.settings = config.effective();
    platform_front::add_routes(routes, all, around);
  }

  persistence::journal_settings journal_of(const config::postgres_settings& s) {
    const auto tell_nodes = [this] {
      if (cluster)
        cluster->broadcast().publish("journal", {});
    };
    return {{s.url, s.max_batch, tell_nodes, s.write_queue, in_ms(s.write_timeout)},
            s.writers,
            s.readers,
            s.follower_readers,
            s.query_readers,
            host.known_events()};
  }

  runtime::entity_settings entity_settings() {
    runtime::entity_settings out{in_ms(values.entities.idle_timeout), values.entities.snapshot_every,
                                 std::chrono::seconds{5}, report_quarantine(system)};
    if (values.cluster.is_on())
      out.is_here = [this](const runtime::uuid& id) { return cluster->shards().owns(id); };
    out.in_flight_limit = values.entities.in_flight;
    return out;
  }

  config::configuration& watched(config::configuration& config) {
    config.profiler = &watch;
    return config;
  }

  ai_job::text_judge moderation() {
    if (!values.ai.moderation)
      return {};
    return [this](std::string text) {
      return dynamic_cast<ai::remote::openai&>(*makers.find("openai")).moderate(std::move(text));
    };
  }

  task<std::string> find_key(studio_id studio, std::string provider) {
    if (!vault.is_open())
      co_return std::string{};
    auto q = [this, studio, provider](persistence::session& from) {
      return ai_key::find(from, vault, studio, provider);
    };
    auto found = co_await net::query(db, std::move(q));
    if (!found)
      co_return std::move(found.error());
    co_return std::move(*found);
  }

  std::vector<http::mount*> mounts() {
    std::vector<http::mount*> out{&sockets};
    if (values.conformance.echo) {
      echo = std::make_unique<socketio::echo_servers>(system);
      for (auto* m : echo->mounts())
        out.push_back(m);
    }
    return out;
  }

  /// Binds the ports before any part answers clients, because the public URL may contain the port.
  void bind() {
    const auto take = [this](std::unique_ptr<http::server>& to, http::server_settings settings,
                             const http::dispatcher& serves, std::vector<http::mount*> at, const char* names) {
      const auto where = settings.address + ":" + std::to_string(settings.port);
      to = std::make_unique<http::server>(system, std::move(settings), serves, std::move(at));
      try {
        to->bind();
      } catch (const boost::system::system_error& e) {
        throw std::runtime_error{"cannot listen on " + where + " (" + names + "): " + e.code().message()};
      }
    };
    take(server, server_settings_of(values), front, mounts(), "http.address, http.port");
    if (around.metrics_elsewhere)
      take(metrics_server, metrics_server_of(values), metrics_front, {}, "metrics.address, metrics.port");
    own.public_url = public_url_of(values, server->port());
    auth = auth_of(values, server->port());
  }

  void serve() {
    server->start();
    if (metrics_server)
      metrics_server->start();
  }

  /// From now on, connected clients get committed events.
  void follow_journal() {
    events.begin([this](const runtime::followed_event& e) {
      sockets.act_on(e);
      workers.act_on(e);
    });
    if (cluster)
      share_with_nodes();
  }

  /// Tells the other nodes about new commits, viewers and used rates, and hears about theirs.
  void share_with_nodes() {
    const auto look = [tail = log.tail] { caf::anon_send(tail, runtime::journal_advanced{}); };
    auto& hub = events.hub();
    cluster->broadcast().subscribe(
      "journal", [look](const runtime::uuid&, std::string_view) { look(); }, look);
    cluster->broadcast().subscribe(
      "viewers", [&hub](const runtime::uuid& from, std::string_view news) { hub.receive(from, news); },
      [&hub] { hub.tell_all(); });
    cluster->broadcast().subscribe(
      "rates", [this](const runtime::uuid&, std::string_view news) { limiter.receive(news); }, [] {});
    hub.tell_nodes_by([this](std::string_view news) { cluster->broadcast().publish("viewers", news); });
    cluster->listen([&hub](const runtime::cluster::placement& p) {
      std::vector<runtime::uuid> nodes;
      for (const auto& m : p.who().members)
        nodes.push_back(m.node);
      hub.keep_nodes(nodes);
    });
  }

  /// Fails the requests that have timed out. On a node that may no longer serve, fails all pending requests.
  void end_waiting() {
    port.expire();
    db.expire();
    if (cluster && !cluster->shards().may_serve()) {
      port.give_up();
      db.give_up();
    }
  }

  void tell_rates() {
    if (const auto news = limiter.take_news(); !news.empty())
      cluster->broadcast().publish("rates", news);
  }

  /// Adds the parts of which one runs in the whole cluster.
  void add_singletons() {
    singles.add("deadlines", [this] {
      following.add("deadlines", [this] { return persistence::start_deadline_sweeper(system, db, entities); });
      return [this] { following.end("deadlines"); };
    });
    for (const auto& c : capabilities()) {
      for (const auto& settings : c.supervisors)
        supervisors.emplace(settings.name, &top.add(settings));
      for (const auto& one : c.singletons)
        singles.add(std::string{one.name},
                    [this, &one] { return start(one, *supervisors.at(std::string{one.supervisor})); });
    }
  }

  /// Starts a singleton's parts. Returns a function that ends them.
  std::function<void()> start(const singleton& what, runtime::supervisor& under) {
    std::vector<std::string> names;
    for (auto& part : what.parts(all)) {
      names.insert(names.begin(), part.name);
      if (part.start) {
        under.add(part.name, std::move(part.start));
        continue;
      }
      under.add(part.name, [this, follow = std::move(part.follow)] {
        auto f = follow();
        followers.add(f);
        return f.actor;
      });
    }
    return [this, &under, names] {
      for (const auto& name : names) {
        followers.forget(name);
        under.end(name);
      }
    };
  }

  /// Adds the parts that the process cannot run without; the console endpoint joins them later. They are not restarted:
  /// if one fails, the process restarts.
  void supervise_core() {
    const auto add = [this](const std::string& name, const caf::actor& a) { core.add(name, [a] { return a; }); };
    for (size_t i = 0; i < log.writers.size(); ++i)
      add("writer " + std::to_string(i + 1), log.writers[i].actor);
    const auto readers = log.all_readers();
    for (size_t i = 0; i < readers.size(); ++i)
      add("reader " + std::to_string(i + 1), readers[i]);
    add("tail", log.tail);
    add("redis", around.redis);
  }

  [[nodiscard]] runtime::supervised tree() const {
    runtime::supervised out;
    out.name = node_name(values);
    out.is_supervisor = true;
    out.children = {core.tree(), top.tree()};
    return out;
  }

  /// Restarts the part at a path under `top`: "followers/settlement", or "services/followers/settlement".
  bool restart(std::string_view path) {
    constexpr std::string_view above = "services/";
    return top.restart_at(path.starts_with(above) ? path.substr(above.size()) : path);
  }

  /// Opens the separate port for operators' consoles.
  void open_to_consoles() {
    const auto& c = values.cluster;
    if (c.console_port == 0)
      return;
    auto endpoint = operations::start_console_endpoint(system, front, background.get_executor(), c.operators_file);
    core.add("console", [endpoint] { return endpoint; });
    if (!caf::openssl::publish(endpoint, c.console_port, c.address.c_str(), true))
      throw std::runtime_error{"cannot listen for consoles on " + c.address + ":" + std::to_string(c.console_port)
                               + " (cluster.address, cluster.console-port)"};
  }

  [[nodiscard]] bool does(std::string_view role) const {
    const auto& r = values.cluster.roles;
    return std::find(r.begin(), r.end(), role) != r.end();
  }

  void start_background() {
    purse.look();
    recurring.start("fee_payer", in_ms(sections.of<sponsor::settings>().look_every), [this] { purse.look(); });
    recurring.start("expiry", milliseconds{100}, [this] { end_waiting(); });
    if (cluster)
      recurring.start("rates", rates_pause, [this] { tell_rates(); });
    cluster ? singles.follow(cluster->shards()) : singles.start_alone();
    if (does("workers"))
      workers.start();
  }

  /// Passivates all entities. Waits up to 5 s for their pending writes.
  void end_entities() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    host.close();
    while (host.count() > 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(milliseconds{20});
  }

  /// Ends entities before the journal, so that their pending writes are stored.
  void end_actors() {
    workers.stop();
    singles.end_all();
    top.close();
    core.end("tail");
    sockets.end();
    end_entities();
    if (cluster)
      cluster->stop();
    port.close();
    std::this_thread::sleep_for(milliseconds{50});
    recurring.stop();
    background.stop();
    background.join();
    core.close();
    system.await_all_actors_done();
  }

  const config::settings& values;
  const config::section_values& sections;
  platform own;
  auth_settings auth;
  session::token_signer signer;
  http::rate_limiter limiter;
  std::string metrics_token;
  std::function<void(const std::string&)> on_death;
  runtime::actor_watch watch;
  caf::actor_system system;
  runtime::exception_metric exceptions{system};
  runtime::follower_group followers;
  runtime::journal log;
  persistence::database db{log};
  runtime::adjusted_clock time;
  runtime::supervisor core{system,
                           time,
                           {"core",
                            runtime::strategy::one_for_one,
                            0,
                            {},
                            {},
                            {},
                            "the journal, its tail and Redis: the process restarts when one of them fails"},
                           on_death};
  runtime::supervisor top{system, time, {"services"}, on_death};
  runtime::supervisor& following =
    top.add({.name = "followers", .about = "followers of the journal, and sweepers of due work"});
  std::map<std::string, runtime::supervisor*, std::less<>> supervisors{{"followers", &following}};
  runtime::cluster::singletons singles{system};
  std::unique_ptr<cluster_node> cluster; ///< null without a cluster
  runtime::entity_host host{system, log, time, entity_settings()};
  runtime::reply_port port{system};
  runtime::cluster::router entities{system, host, port};
  // These members come before the parts that call back into them. Work that must not overlap with itself runs in a
  // strand: each follower, each AI provider and each operator's call has its own. Different strands run in parallel.
  net::thread_pool background{"background", values.background.threads};
  net::clockwork recurring{system};
  client::http_client outbound{{values.outbound.proxy, values.outbound.no_proxy}};
  solana::rpc chain{outbound, values.solana.rpc_url};
  solana::balances wallets{[bids = solana::rpc{outbound, values.solana.rpc_url, balance_patience}](
                             const auto& of, auto done) { bids.balances(of, std::move(done)); }};
  sponsor::purse purse{system, chain, own.fee_payer.address(), sections.of<sponsor::settings>().limits()};
  session::authenticator authenticator{signer, time, entities};
  realtime::bus events{
    system, port, log, {values.realtime.recent_events, values.realtime.replay_limit, values.realtime.replays_at_once}};
  ai_services ai{makers, orders, vault, tools,
                 secret_from(values.replicate.webhook_secret_file, "replicate.webhook-secret-file")};
  services all{system,
               host,
               entities,
               port,
               db,
               chain,
               wallets,
               own,
               sections,
               auth,
               signer,
               authenticator,
               events,
               purse,
               ai,
               background.get_executor(),
               retries_of(values)};
  http::route_table routes;
  http::route_table metrics_routes; ///< empty unless /metrics has its own listener
  http::dispatcher front{routes, platform_front::make_hooks(all, limiter)},
    metrics_front{metrics_routes, platform_front::make_hooks(all, limiter)};
  realtime::front sockets{all, events, front, realtime_of(values)};
  std::unique_ptr<socketio::echo_servers> echo;
  ai_job::providers makers;
  ai_key::vault vault{values.ai.secret_key_files};
  ai_job::order_service orders{all, makers, {values.ai.denied_words, values.ai.daily_credits}};
  agent::toolbox tools{front, orders};
  ai_job::workers workers{
    all,
    makers,
    workers_of(values),
    [this](studio_id studio, std::string provider) { return find_key(studio, std::move(provider)); },
    [this](agent_id of) { return agent::conversation_of(all, tools, of); },
    moderation()};
  platform_front::surroundings around;
  operations::node_parts inside{
    node_name(values),
    [this] { return tree(); },
    [this](std::string_view path) { return restart(path); },
    watch,
    followers,
    singles,
    [this] { return cluster ? cluster->links() : std::vector<runtime::cluster::links::state>{}; },
    [this] { cluster->begin_leaving(); },
    {}};
  operations::node_service service{all, inside};
  std::atomic<bool> stopping{false};
  std::unique_ptr<http::server> server, metrics_server;
};

node::node(config::configuration& config, std::function<void(const std::string&)> on_death)
  : config_{config}, on_death_{std::move(on_death)} {}
node::~node() = default;

void node::start() {
  const auto& values = config_.values;
  check_operators(values); // before this node joins the cluster
  provide_password(values);
  std::error_code ec;
  const auto& assets = config_.sections.of<asset::settings>().folder;
  std::filesystem::create_directories(assets, ec);
  if (ec)
    throw std::runtime_error{"assets.folder: " + assets + ": " + ec.message()};
  bring_schema_up_to_date(values.postgres.url, in_ms(values.postgres.patience));
  parts_ = std::make_unique<parts>(config_, on_death_);
  auto& p = *parts_;
  p.supervise_core(); // so that end_actors() also ends these if a later step fails
  try {
    if (p.vault.is_open()) {
      persistence::session keys{values.postgres.url};
      if (const auto n = ai_key::seal_again(keys, p.vault); n > 0)
        spdlog::info("re-encrypted {} AI provider keys with the new key", n);
    }
    p.bind();
    p.follow_journal();
    p.open_to_consoles(); // needs a port, so the node joins only if it gets it
    if (p.cluster)
      p.cluster->join(p.host, p.own.public_url);
  } catch (const std::exception&) {
    p.end_actors();
    throw;
  }
  p.serve();
  p.start_background();
  spdlog::info("serving {} with the fee payer {} and the reserve {} ({})", p.own.public_url,
               p.own.fee_payer.address().str(), p.own.reserve.str(), values.solana.reserve_name);
}

void node::stop() {
  auto& p = *parts_;
  p.stopping = true;
  if (p.cluster)
    p.cluster->leave(leave_patience);
  std::this_thread::sleep_for(in_ms(p.values.http.drain_delay));
  p.server->drain(in_ms(p.values.http.drain_patience));
  if (p.metrics_server)
    p.metrics_server->drain(milliseconds{0});
  p.end_actors();
}

} // namespace ainft
