#include "tools/ainftd/node.hpp"

#include "actors/admin/operations/console_endpoint.hpp"
#include "actors/admin/operations/routes.hpp"
#include "actors/auth/session/authenticator.hpp"
#include "actors/capability.hpp"
#include "actors/chain/sponsor/purse.hpp"
#include "actors/platform/routes.hpp"
#include "actors/realtime/front.hpp"
#include "actors/studios/asset/settings.hpp"
#include "net/clockwork.hpp"
#include "net/thread_pool.hpp"
#include "persistence/redis.hpp"
#include "persistence/start_journal.hpp"
#include "runtime/actor_watch.hpp"
#include "runtime/guard.hpp"
#include "tools/ainftd/ai_parts.hpp"
#include "tools/ainftd/cluster_node.hpp"
#include "tools/ainftd/listeners.hpp"
#include "tools/ainftd/parts_settings.hpp"
#include "tools/ainftd/reports.hpp"
#include "tools/ainftd/startup.hpp"
#include "tools/ainftd/supervision.hpp"

#include <caf/openssl/publish.hpp>
#include <spdlog/spdlog.h>

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

/// The platform's keys and tokens.
struct identity {
  explicit identity(const config::settings& s)
    : platform{platform_of(s)}, auth{auth_of(s, s.http.port)},
      signer{must(solana::key_pair::from_file(s.auth.token_key_file), "auth.token-key-file")}, metrics_token{
                                                                                                 metrics_token_of(s)} {}

  ainft::platform platform;
  auth_settings auth;
  session::token_signer signer;
  std::string metrics_token;
};

/// The connections to Solana.
struct chain_parts {
  chain_parts(caf::actor_system& system, client::http_client& http, const config::settings& s,
              const config::section_values& sections, const platform& own)
    : rpc{http, s.solana.rpc_url}, wallets{[bids = solana::rpc{http, s.solana.rpc_url, balance_patience}](
                                             const auto& of, auto done) { bids.balances(of, std::move(done)); }},
      purse{system, rpc, own.fee_payer.address(), sections.of<sponsor::settings>().limits()} {}

  solana::rpc rpc;
  solana::balances wallets;
  sponsor::purse purse;
};

} // namespace

struct node::parts {
  parts(config::configuration& config, std::function<void(const std::string&)> when_dead)
    : values{config.values}, sections{config.sections}, own{values}, on_death{std::move(when_dead)}, system{watched(
                                                                                                       config)} {
    watch.tell(report_long_stays(system));
    add_kinds(host);
    persistence::start_journal(system, journal_of(values.postgres), log);
    supervised.add_singletons(all);
    if (values.cluster.is_on())
      cluster = std::make_unique<cluster_node>(system, values, entities, supervised.singletons(), time, on_death);
    around.redis = persistence::start_redis(system, values.redis.address);
    around.draining = [this] { return stopping.load(); };
    around.docs = values.http.docs_folder;
    around.started = host.time().now();
    around.providers = &ai.makers;
    around.probe_interval = in_ms(values.http.probe_interval);
    around.metrics_token = own.metrics_token;
    around.metrics_elsewhere = http.has_metrics_listener();
    inside.settings = config.effective();
    add_routes();
    service.serve(http.front(), background.get_executor());
  }

  config::configuration& watched(config::configuration& config) {
    config.profiler = &watch;
    return config;
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

  void add_routes() {
    if (http.has_metrics_listener())
      platform_front::add_metrics_route(http.metrics_routes(), all, around);
    for (const auto& c : capabilities())
      if (c.routes)
        c.routes(http.routes(), all);
    operations::add_routes(http.routes(), service);
    platform_front::add_routes(http.routes(), all, around);
    ai.tools.check_routes();
  }

  /// Adds the parts that the process cannot run without. The console endpoint joins them later.
  void supervise_essentials() {
    for (size_t i = 0; i < log.writers.size(); ++i)
      supervised.add_essential("writer " + std::to_string(i + 1), log.writers[i].actor);
    const auto readers = log.all_readers();
    for (size_t i = 0; i < readers.size(); ++i)
      supervised.add_essential("reader " + std::to_string(i + 1), readers[i]);
    supervised.add_essential("tail", log.tail);
    supervised.add_essential("redis", around.redis);
  }

  /// Binds the ports before any part answers clients, because the public URL may contain the port.
  void bind() {
    const auto port = http.bind(sockets);
    own.platform.public_url = public_url_of(values, port);
    own.auth = auth_of(values, port);
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
    const auto wake_tail = [tail = log.tail] { caf::anon_send(tail, runtime::journal_advanced{}); };
    auto& hub = events.hub();
    cluster->broadcast().subscribe(
      "journal", [wake_tail](const runtime::uuid&, std::string_view) { wake_tail(); }, wake_tail);
    cluster->broadcast().subscribe(
      "viewers", [&hub](const runtime::uuid& from, std::string_view news) { hub.receive(from, news); },
      [&hub] { hub.tell_all(); });
    cluster->broadcast().subscribe(
      "rates", [this](const runtime::uuid&, std::string_view news) { http.limiter().receive(news); }, [] {});
    hub.tell_nodes_by([this](std::string_view news) { cluster->broadcast().publish("viewers", news); });
    cluster->listen([&hub](const runtime::cluster::placement& p) {
      std::vector<runtime::uuid> nodes;
      for (const auto& m : p.who().members)
        nodes.push_back(m.node);
      hub.keep_nodes(nodes);
    });
  }

  void tell_rates() {
    if (const auto news = http.limiter().take_news(); !news.empty())
      cluster->broadcast().publish("rates", news);
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

  /// Opens the separate port for operators' consoles.
  void open_to_consoles() {
    const auto& c = values.cluster;
    if (c.console_port == 0)
      return;
    auto endpoint =
      operations::start_console_endpoint(system, http.front(), background.get_executor(), c.operators_file);
    supervised.add_essential("console", endpoint);
    if (!caf::openssl::publish(endpoint, c.console_port, c.address.c_str(), true))
      throw std::runtime_error{"cannot listen for consoles on " + c.address + ":" + std::to_string(c.console_port)
                               + " (cluster.address, cluster.console-port)"};
  }

  [[nodiscard]] bool does(std::string_view role) const {
    const auto& r = values.cluster.roles;
    return std::find(r.begin(), r.end(), role) != r.end();
  }

  void start_background() {
    chain.purse.look();
    recurring.start("fee_payer", in_ms(sections.of<sponsor::settings>().look_every), [this] { chain.purse.look(); });
    recurring.start("expiry", milliseconds{100}, [this] { end_waiting(); });
    if (cluster)
      recurring.start("rates", rates_pause, [this] { tell_rates(); });
    auto& singles = supervised.singletons();
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
    supervised.end_services();
    supervised.end_essential("tail");
    sockets.end();
    end_entities();
    if (cluster)
      cluster->stop();
    port.close();
    std::this_thread::sleep_for(milliseconds{50});
    recurring.stop();
    background.stop();
    background.join();
    supervised.end_essentials();
    system.await_all_actors_done();
    http.end();
  }

  // Members are constructed in this order. A part that is declared before `all` may store a reference to `all`, but
  // must not use it in its constructor.
  const config::settings& values;
  const config::section_values& sections;
  identity own;
  std::function<void(const std::string&)> on_death;
  runtime::actor_watch watch;
  caf::actor_system system;
  runtime::exception_metric exceptions{system};
  runtime::journal log;
  persistence::database db{log};
  runtime::adjusted_clock time;
  supervision supervised{system, time, on_death};
  std::unique_ptr<cluster_node> cluster; ///< null without a cluster
  runtime::entity_host host{system, log, time, entity_settings()};
  runtime::reply_port port{system};
  runtime::cluster::router entities{system, host, port};
  // These members come before the parts that call back into them. Work that must not overlap with itself runs in a
  // strand: each follower, each AI provider and each operator's call has its own. Different strands run in parallel.
  net::thread_pool background{"background", values.background.threads};
  net::clockwork recurring{system};
  client::http_client outbound{{values.outbound.proxy, values.outbound.no_proxy}};
  chain_parts chain{system, outbound, values, sections, own.platform};
  session::authenticator authenticator{own.signer, time, entities};
  realtime::bus events{
    system, port, log, {values.realtime.recent_events, values.realtime.replay_limit, values.realtime.replays_at_once}};
  listeners http{system, values, all};
  ai_parts ai{values, all, http.front(), outbound, background.get_executor()};
  services all{system,
               host,
               entities,
               port,
               db,
               chain.rpc,
               chain.wallets,
               own.platform,
               sections,
               own.auth,
               own.signer,
               authenticator,
               events,
               chain.purse,
               ai.shared,
               background.get_executor(),
               retries_of(values)};
  realtime::front sockets{all, events, http.front(), realtime_of(values)};
  ai_job::workers workers = ai.make_workers(values);
  platform_front::surroundings around;
  operations::node_parts inside{
    node_name(values),
    [this] { return supervised.tree(node_name(values)); },
    [this](std::string_view path) { return supervised.restart(path); },
    watch,
    supervised.followers(),
    supervised.singletons(),
    [this] { return cluster ? cluster->links() : std::vector<runtime::cluster::links::state>{}; },
    [this] { cluster->begin_leaving(); },
    {}};
  operations::node_service service{all, inside};
  std::atomic<bool> stopping{false};
};

node::node(config::configuration& config, std::function<void(const std::string&)> on_death)
  : config_{config}, on_death_{std::move(on_death)} {}
node::~node() = default;

void node::start() {
  const auto& values = config_.values;
  check_operators(values); // before this node joins the cluster
  provide_password(values);
  create_folder(config_.sections.of<asset::settings>().folder, "assets.folder");
  bring_schema_up_to_date(values.postgres.url, in_ms(values.postgres.patience));
  parts_ = std::make_unique<parts>(config_, on_death_);
  auto& p = *parts_;
  p.supervise_essentials(); // so that end_actors() also ends these if a later step fails
  try {
    p.ai.seal_keys_again(values.postgres.url);
    p.bind();
    p.follow_journal();
    p.open_to_consoles(); // before join(): if the port is taken, this node must not become a member
    if (p.cluster)
      p.cluster->join(p.host, p.own.platform.public_url);
  } catch (const std::exception&) {
    p.end_actors();
    throw;
  }
  p.http.serve();
  p.start_background();
  spdlog::info("serving {} with the fee payer {} and the reserve {} ({})", p.own.platform.public_url,
               p.own.platform.fee_payer.address().str(), p.own.platform.reserve.str(), values.solana.reserve_name);
}

void node::stop() {
  auto& p = *parts_;
  p.stopping = true;
  if (p.cluster)
    p.cluster->leave(leave_patience);
  std::this_thread::sleep_for(in_ms(p.values.http.drain_delay));
  p.http.drain();
  p.end_actors();
}

} // namespace ainft
