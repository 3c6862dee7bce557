// Inspects and controls nodes: members, supervisors, busy actors, settings, dead letters, quarantine and audit.
#include "actors/admin/operations/named_entity.hpp"
#include "actors/admin/operations/routes.hpp"

#include "actors/capability.hpp"
#include "actors/replies.hpp"
#include "net/http/query_number.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/guard.hpp"
#include "runtime/try.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include <unistd.h>

namespace ainft::operations {

namespace {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;
using json = nlohmann::json;

json roles_of(const runtime::cluster::member& m) {
  auto out = json::array();
  for (const auto r : m.roles)
    out.push_back(runtime::name_of(r));
  return out;
}

/// The members of the cluster as this node sees them.
task<reply> show_cluster(const node_service& service) {
  const auto& parts = service.parts();
  const auto* place = service.all().entities.place();
  json out{{"node", parts.name}, {"clustered", place != nullptr}};
  auto singletons = json::array();
  for (const auto& x : parts.singletons.all())
    singletons.push_back({{"name", x.name}, {"here", x.runs_here}});
  if (place) {
    const auto placed = place->now();
    out["epoch"] = placed->epoch();
    out["mayServe"] = place->may_serve();
    const auto links = parts.links();
    auto members = json::array();
    for (const auto& m : placed->who().members) {
      json one{{"name", m.name},
               {"node", m.node.str()},
               {"state", runtime::name_of(m.at)},
               {"roles", roles_of(m)},
               {"shards", placed->shards_of(m.node)},
               {"settledEpoch", m.settled_epoch},
               {"startedAt", m.started_at.str()},
               {"httpUrl", m.http_url},
               {"address", m.host + ":" + std::to_string(m.port)},
               {"version", m.version}};
      const auto l = std::find_if(links.begin(), links.end(), [&](const auto& x) { return x.node == m.node; });
      one["link"] = m.node == place->self() ? "self" : l != links.end() && l->is_up ? "up" : "down";
      members.push_back(std::move(one));
    }
    out["members"] = std::move(members);
    for (auto& x : singletons)
      if (const auto* owner = placed->owner_of(std::string_view{x["name"].get_ref<const std::string&>()}))
        x["node"] = owner->name;
  }
  out["singletons"] = std::move(singletons);
  co_return shown(out);
}

/// Resident memory of this process in bytes (proc(5), statm).
uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The busiest actors during the next `ms` milliseconds. A separate thread waits for them to pass.
task<reply> top(const node_service& service, call& c) {
  const auto ms = http::query_number(c, "ms", 50, 5'000), limit = http::query_number(c, "limit", 1, 500);
  if (auto bad = http::first_error(ms, limit))
    co_return bad;
  const std::chrono::milliseconds span{ms->value_or(500)};
  const size_t most = limit->value_or(20);
  const auto& parts = service.parts();
  auto start = [&parts, span, most](std::function<void(std::vector<runtime::busy_actor>)> done) {
    std::thread{[&parts, span, most, done = std::move(done)] {
      runtime::guarded("console",
                       [&] { done(parts.watch.busiest([span] { std::this_thread::sleep_for(span); }, most)); });
    }}.detach();
  };
  const auto busy = co_await net::await_call<std::vector<runtime::busy_actor>>(std::move(start));
  const double seconds = std::chrono::duration<double>(span).count();
  auto actors = json::array();
  for (const auto& a : busy)
    actors.push_back({{"actor", a.actor},
                      {"id", a.id},
                      {"messagesPerSecond", static_cast<double>(a.messages) / seconds},
                      {"busyPercent", a.busy_ms / 10 / seconds},
                      {"mailbox", a.mailbox}});
  json entities = json::object();
  for (const auto& [kind, count] : service.all().host.counts())
    entities[std::string{kind}] = count;
  const json out{{"node", parts.name},
                 {"ms", span.count()},
                 {"memoryBytes", resident_bytes()},
                 {"entities", entities},
                 {"actors", actors}};
  co_return shown(out);
}

task<reply> show_tree(const node_service& service) {
  reply out;
  out.body = runtime::to_json(service.parts().tree());
  co_return out;
}

struct restarting {
  std::string path;
};
AINFT_DESCRIBE(restarting, path)

task<reply> restart(const node_service& service, const std::string& path) {
  if (!service.parts().restart(path))
    co_return refuse(errc::not_found, "no supervisor has a restartable child at this path");
  co_return shown({{"restarted", path}});
}

task<reply> show_settings(const node_service& service) {
  json out = json::object();
  for (const auto& [name, value] : service.parts().settings)
    out[name] = value;
  co_return shown({{"node", service.parts().name}, {"settings", out}});
}

AINFT_ENUM(log_level, debug, info, warning, error)

struct logging {
  log_level level = log_level::info;
};
AINFT_DESCRIBE(logging, level)

task<reply> set_log(const logging& to) {
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  spdlog::set_level(levels[static_cast<size_t>(to.level)]);
  co_return shown({{"level", runtime::name_of(to.level)}});
}

task<reply> show_dead_letters(const node_service& service) {
  auto items = json::array();
  for (const auto& l : service.all().host.dead_letters().all())
    items.push_back({{"at", l.at.str()},
                     {"kind", l.kind},
                     {"id", id_text(l.kind, l.id)},
                     {"message", l.message},
                     {"reason", l.reason}});
  co_return shown({{"node", service.parts().name}, {"items", items}});
}

task<reply> list_quarantine(const node_service& service) {
  auto items = json::array();
  for (const auto& q : service.all().host.quarantine().all())
    items.push_back({{"kind", q.kind},
                     {"id", id_text(q.kind, q.id)},
                     {"reason", q.reason},
                     {"failures", q.failures},
                     {"since", q.since.str()},
                     {"node", service.parts().name}});
  co_return shown({{"items", items}, {"nextCursor", nullptr}});
}

task<reply> release(const node_service& service, call& c) {
  AINFT_CO_TRY(of, entity_of(service.all(), c));
  if (service.all().host.quarantine().release(of.kind, of.id))
    co_return no_content();
  co_return refuse(errc::not_found, "no such entity in quarantine");
}

task<reply> drain(const node_service& service) {
  if (!service.all().entities.place())
    co_return refuse(errc::wrong_state, "a node without a cluster cannot hand over to other nodes");
  service.parts().drain();
  co_return shown({{"draining", service.parts().name}});
}

struct audit_row {
  uint64_t id = 0;
  runtime::time_point at;
  std::string caller, node, method, target, body;
  int status = 0;
};
AINFT_DESCRIBE(audit_row, id, at, caller, node, method, target, body, status)

std::vector<audit_row> find_audit(persistence::session& db) {
  static constexpr persistence::statement select{
    "operations_audit",
    "select id, at, caller, node, method, target, body, status from operator_audit order by id desc limit 200"};
  std::vector<audit_row> out;
  for (const auto& row : db.run(select))
    out.push_back({row[0].as<uint64_t>(), persistence::read_time(row[1]), row[2].c_str(), row[3].c_str(),
                   row[4].c_str(), row[5].c_str(), row[6].c_str(), row[7].as<int>()});
  return out;
}

struct queue_row {
  std::string state;
  std::string provider;
  uint64_t jobs = 0;
  std::optional<runtime::time_point> oldest;
};
AINFT_DESCRIBE(queue_row, state, provider, jobs, oldest)

std::vector<queue_row> find_queue(persistence::session& db) {
  static constexpr persistence::statement select{
    "operations_queue",
    "select state, provider, count(*), min(ready_at) from ai_queue group by state, provider order by state, provider"};
  std::vector<queue_row> out;
  for (const auto& row : db.run(select)) {
    out.push_back({row[0].c_str(), row[1].c_str(), row[2].as<uint64_t>(), std::nullopt});
    if (!row[3].is_null())
      out.back().oldest = persistence::read_time(row[3]);
  }
  return out;
}

template <class Body, class F>
void changes_with(http::route_table& routes, const node_service& service, std::string path, std::string_view needs,
                  std::string summary, F f) {
  auto& r = routes.json<Body>(http::verb::post, std::move(path), "Operators", std::move(summary),
                              http::operator_right(needs), std::move(f));
  r.function = service.audited(service.on_named_node(std::move(r.function)));
  r.query = {"node"};
}

} // namespace

void add_node_routes(http::route_table& routes, const node_service& service) {
  const auto& s = service.all();
  const std::vector<std::string> node{"node"};
  shows(routes, "/v1/admin/cluster", "cluster.read",
        "The cluster from one node's view: nodes, roles, shards, links, and the nodes of the singletons", node,
        service.on_named_node([&service](call&) { return show_cluster(service); }));
  shows(routes, "/v1/admin/tree", "tree.read",
        "A node's supervisors and their children: strategy, state, restarts, last failure", node,
        service.on_named_node([&service](call&) { return show_tree(service); }));
  shows(routes, "/v1/admin/top", "top.read",
        "A node's busiest actors during `ms` milliseconds (50 to 5000, default 500), its memory and its entities",
        {"node", "ms", "limit"}, service.on_named_node([&service](call& c) { return top(service, c); }));
  shows(routes, "/v1/admin/config", "config.read", "A node's effective settings", node,
        service.on_named_node([&service](call&) { return show_settings(service); }));
  shows(routes, "/v1/admin/dead-letters", "dead_letters.read", "A node's latest dead letters, with the reasons", node,
        service.on_named_node([&service](call&) { return show_dead_letters(service); }));
  shows(routes, "/v1/admin/quarantine", "quarantine.read", "A node's quarantined entities, which failed to load", node,
        service.on_named_node([&service](call&) { return list_quarantine(service); }));
  shows(routes, "/v1/admin/queue", "queue.read", "The AI jobs in progress, by state and provider", {},
        [&s](call&) { return all_of(s, find_queue); });
  shows(routes, "/v1/admin/audit", "audit.read", "The latest 200 changes by operators", {},
        [&s](call&) { return all_of(s, find_audit); });
  auto& released = changes(routes, service, "/v1/admin/quarantine/{kind}/{id}/release", "quarantine.release",
                           "Release a quarantined entity on any node, so that it can be loaded again", {},
                           service.wherever_it_is([&service](call& c) { return release(service, c); }));
  released.success = 204;
  changes(routes, service, "/v1/admin/drain", "nodes.drain",
          "Hand over a node's entities and singletons to the other nodes; the node continues to serve clients", node,
          service.on_named_node([&service](call&) { return drain(service); }));
  changes_with<restarting>(routes, service, "/v1/admin/tree/restart", "tree.restart",
                           "Restart a supervisor's child, such as followers/settlement",
                           [&service](call&, const restarting& r) { return restart(service, r.path); });
  changes_with<logging>(routes, service, "/v1/admin/log", "log.change",
                        "Set a node's minimum log level until the node restarts",
                        [](call&, const logging& l) { return set_log(l); });
}

} // namespace ainft::operations
