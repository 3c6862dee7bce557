#include "tools/ainftd/cluster_node.hpp"

#include "actors/platform/version.hpp"
#include "tools/ainftd/parts_settings.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

namespace ainft {

using namespace runtime::cluster;
using std::chrono::milliseconds;

namespace {

link_settings links_of(const config::settings& s) {
  return {s.cluster.address, s.cluster.port, node_name(s), in_ms(s.cluster.beat), in_ms(s.cluster.suspect_after)};
}

std::vector<role> roles_of(const config::settings& s) {
  std::vector<role> out;
  for (const auto& name : s.cluster.roles)
    if (const auto r = runtime::enum_from<role>(name))
      out.push_back(*r);
  return out;
}

void say_who(const placement& p, const runtime::uuid& self) {
  std::string all;
  for (const auto& m : p.who().members)
    all += (all.empty() ? "" : ", ") + m.name + (m.node == self ? " (this one)" : "") + " "
           + std::string{runtime::name_of(m.at)} + " with " + std::to_string(p.shards_of(m.node)) + " shards";
  spdlog::info("cluster: epoch {}: {}", p.epoch(), all);
}

} // namespace

std::string node_name(const config::settings& s) {
  if (!s.cluster.name.empty())
    return s.cluster.name;
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return std::string{host}.substr(0, 80) + ":" + std::to_string(s.http.port == 0 ? getpid() : s.http.port);
}

cluster_node::cluster_node(caf::actor_system& system, const config::settings& from, router& entities,
                           singletons& singles, runtime::adjusted_clock& time,
                           std::function<void(const std::string&)> on_death)
  : settings_{from}, shards_{runtime::uuid::make()}, entities_{entities}, singles_{singles}, clock_{time},
    on_death_{std::move(on_death)}, links_{system, shards_, links_of(from), link_events_of()},
    broadcast_{from.redis.address, database_name(from.postgres.url), shards_.self()} {}

cluster_node::~cluster_node() = default;

link_events cluster_node::link_events_of() {
  return {[this](const runtime::uuid& from, ask_entity asked) { entities_.on_ask(from, std::move(asked)); },
          [this](entity_says said) { entities_.on_answer(std::move(said)); },
          [this](const runtime::uuid& node) { entities_.on_lost(node); },
          [this](const runtime::uuid& node, bool is_suspected) { keeper_->suspect(node, is_suspected); },
          [this] { keeper_->refresh(); }};
}

void cluster_node::join(runtime::entity_host& host, const std::string& http_url) {
  const auto& c = settings_.cluster;
  member self;
  self.node = shards_.self();
  self.name = node_name(settings_);
  self.host = c.advertised_address.empty() ? c.address : c.advertised_address;
  self.roles = roles_of(settings_);
  self.http_url = http_url;
  self.version = api_version;
  persistence::membership_settings m{settings_.postgres.url, self, in_ms(c.lease), in_ms(c.beat)};
  m.foreign = [this, &host] {
    singles_.end_foreign();
    return host.passivate_foreign();
  };
  m.on_death = on_death_;
  m.on_clock = [this](std::chrono::microseconds ahead) {
    clock_.set_ahead(ahead);
    const auto ms = std::chrono::duration_cast<milliseconds>(ahead).count();
    if (ms > 500 || ms < -500)
      spdlog::warn("this machine's clock differs from the database's by {} ms; the cluster uses the database's clock",
                   ms);
  };
  keeper_ = std::make_unique<persistence::membership_keeper>(shards_, std::move(m));
  shards_.listen([this](const placement& p) {
    if (said_ != p.epoch())
      say_who(p, shards_.self());
    said_ = p.epoch();
    links_.expect(p.who());
    entities_.on_change();
  });
  entities_.join(shards_, links_, [this] { keeper_->refresh(); });
  // Listen only now, because link events use keeper_: a neighbor that knows this port from before says hello at once.
  keeper_->join(links_.listen());
  keeper_->start();
  broadcast_.begin();
}

void cluster_node::stop() {
  broadcast_.end();
  if (keeper_)
    keeper_->stop();
  entities_.close();
  links_.close();
}

} // namespace ainft
