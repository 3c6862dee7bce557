// Inspects and controls nodes: members, supervisors, busy actors, settings, dead letters, quarantine and audit.
#include "actors/admin/operations/named_entity.hpp"
#include "actors/admin/operations/routes.hpp"
#include "actors/admin/operations/uuid_text.hpp"

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

// -- the cluster ----------------------------------------------------------------------------------------------------

AINFT_ENUM(link_state, self, up, down)

struct cluster_member {
  std::string name;
  uuid_text node;
  runtime::cluster::standing state = runtime::cluster::standing::active;
  std::vector<runtime::cluster::role> roles;
  uint64_t shards = 0;
  uint64_t settled_epoch = 0;
  runtime::time_point started_at;
  std::string http_url;
  std::string address;
  std::string version;
  link_state link = link_state::down;
};
AINFT_DESCRIBE(
  cluster_member, (name, about("The node's name: `cluster.name` in its settings.")),
  (node, about("Identifies one life of the node's process.")),
  (state, about("`leaving`: it hands over what it serves. `dead`: it never returns under this `node`.")),
  (roles, about("`front`: a hint for the load balancer. `entities`: it serves entities. `workers`: it runs AI jobs and "
                "singletons.")),
  (shards, between(0, runtime::cluster::shard_count), about("The number of shards of entities that it serves.")),
  (settled_epoch, about("The latest epoch for which it holds nothing that another node serves.")),
  (started_at, about("When it joined.")), (http_url, about("The URL at which it serves HTTP.")),
  (address, about("The host and port at which the other nodes reach it.")),
  (version, about("The version of its program.")),
  (link, about("The connection from the asked node to this one; `self` for the asked node.")))
AINFT_ABOUT(cluster_member, "A node of the cluster.")

struct singleton_view {
  std::string name;
  bool here = false;
  std::optional<std::string> node;
};
AINFT_DESCRIBE(singleton_view, (name, about("For example `settlement`.")),
               (here, about("Whether the asked node runs it.")),
               (node, about("The node that must run it. Absent without a cluster, or if no node can.")))
AINFT_ABOUT(singleton_view, "Work that exactly one node of the cluster does.")

struct cluster_view {
  std::string node;
  bool clustered = false;
  std::optional<uint64_t> epoch;
  std::optional<bool> may_serve;
  std::optional<std::vector<cluster_member>> members;
  std::vector<singleton_view> singletons;
};
AINFT_DESCRIBE(cluster_view, (node, about("The node that was asked.")),
               (clustered, about("Whether it is in a cluster. If not, `epoch`, `mayServe` and `members` are absent.")),
               (epoch, about("The number of the membership, which rises with each change.")),
               (may_serve, about("Whether the node's lease is valid.")),
               (members, about("The nodes, without those that are gone.")),
               (singletons, about("Where singletons run.")))
AINFT_ABOUT(cluster_view, "The cluster as one of its nodes sees it.")

/// The members of the cluster as this node sees them.
task<reply> show_cluster(const node_service& service) {
  const auto& parts = service.parts();
  const auto* place = service.all().entities.place();
  cluster_view out;
  out.node = parts.name;
  out.clustered = place != nullptr;
  for (const auto& x : parts.singletons.all())
    out.singletons.push_back({x.name, x.runs_here, std::nullopt});
  if (place) {
    const auto placed = place->now();
    out.epoch = placed->epoch();
    out.may_serve = place->may_serve();
    const auto links = parts.links();
    for (auto& members = out.members.emplace(); const auto& m : placed->who().members) {
      const auto l = std::find_if(links.begin(), links.end(), [&](const auto& x) { return x.node == m.node; });
      members.push_back({m.name, uuid_text{m.node}, m.at, m.roles, placed->shards_of(m.node), m.settled_epoch,
                         m.started_at, m.http_url, m.host + ":" + std::to_string(m.port), m.version,
                         m.node == place->self()        ? link_state::self
                         : l != links.end() && l->is_up ? link_state::up
                                                        : link_state::down});
    }
    for (auto& x : out.singletons)
      if (const auto* owner = placed->owner_of(std::string_view{x.name}))
        x.node = owner->name;
  }
  co_return shown(out);
}

// -- load -----------------------------------------------------------------------------------------------------------

struct actor_activity {
  std::string actor;
  uint64_t id = 0;
  double messages_per_second = 0;
  double busy_percent = 0;
  uint64_t mailbox = 0;
};
AINFT_DESCRIBE(actor_activity, (actor, about("The actor's type.")), (id, about("Its id on the node.")),
               (messages_per_second, about("The messages that it processed, per second.")),
               (busy_percent, about("The part of the time in which it was busy, in percent.")),
               (mailbox, about("The messages that waited when it finished its latest one.")))
AINFT_ABOUT(actor_activity, "What one actor did while the node measured.")

struct node_activity {
  std::string node;
  uint64_t ms = 0;
  uint64_t memory_bytes = 0;
  std::map<std::string, uint64_t> entities;
  std::vector<actor_activity> actors;
};
AINFT_DESCRIBE(node_activity, (node, about("The node that was asked.")),
               (ms, about("For how long it measured, in milliseconds.")),
               (memory_bytes, about("The resident memory of its process, in bytes.")),
               (entities, about("The number of entities in its memory, by kind.")),
               (actors, about("The busiest actors, the busiest first.")))
AINFT_ABOUT(node_activity, "The load of a node.")

constexpr uint64_t shortest_watch = 50, longest_watch = 5'000; ///< milliseconds
constexpr uint64_t most_actors = 500;

/// Resident memory of this process in bytes (proc(5), statm).
uint64_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  uint64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The busiest actors during the next `ms` milliseconds. A separate thread waits for them to pass.
task<reply> top(const node_service& service, call& c) {
  const auto ms = http::query_number(c, "ms", shortest_watch, longest_watch),
             limit = http::query_number(c, "limit", 1, most_actors);
  if (auto bad = http::errors_of(ms, limit))
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
  node_activity out;
  out.node = parts.name;
  out.ms = static_cast<uint64_t>(span.count());
  out.memory_bytes = resident_bytes();
  for (const auto& [kind, count] : service.all().host.counts())
    out.entities[std::string{kind}] = count;
  for (const auto& a : busy)
    out.actors.push_back(
      {a.actor, a.id, static_cast<double>(a.messages) / seconds, a.busy_ms / 10 / seconds, a.mailbox});
  co_return shown(out);
}

// -- supervisors ----------------------------------------------------------------------------------------------------

task<reply> show_tree(const node_service& service) {
  reply out;
  out.body = runtime::to_json(service.parts().tree());
  co_return out;
}

struct supervised_path {
  std::string path;
};
AINFT_DESCRIBE(supervised_path, (path, about("The names of the supervisor and its child, with `/` between them.")))
AINFT_ABOUT(supervised_path, "A part that a supervisor keeps alive.")

struct restarted_part {
  std::string restarted;
};
AINFT_DESCRIBE(restarted_part, (restarted, about("Its path.")))
AINFT_ABOUT(restarted_part, "A part that was restarted.")

task<reply> restart(const node_service& service, const std::string& path) {
  if (!service.parts().restart(path))
    co_return refuse(errc::not_found, "no supervisor has a restartable child at this path");
  co_return shown(restarted_part{path});
}

// -- settings -------------------------------------------------------------------------------------------------------

struct node_settings {
  std::string node;
  std::map<std::string, std::string> settings;
};
AINFT_DESCRIBE(node_settings, (node, about("The node that was asked.")),
               (settings, about("Its effective settings by name, such as `http.port`, as text.")))
AINFT_ABOUT(node_settings, "A node's settings.")

task<reply> show_settings(const node_service& service) {
  co_return shown(node_settings{service.parts().name, service.parts().settings});
}

AINFT_ENUM(log_level, debug, info, warning, error)

struct log_setting {
  log_level level = log_level::info;
};
AINFT_DESCRIBE(log_setting, (level, about("The node logs messages of this level and above.")))
AINFT_ABOUT(log_setting, "The minimum level of a node's log.")

task<reply> set_log(const log_setting& to) {
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
  spdlog::set_level(levels[static_cast<size_t>(to.level)]);
  co_return shown(to);
}

// -- what went wrong ------------------------------------------------------------------------------------------------

struct dead_letter_view {
  runtime::time_point at;
  std::string kind;
  std::string id;
  std::string message;
  std::string reason;
};
AINFT_DESCRIBE(dead_letter_view, (at, about("When the node gave it up.")),
               (kind, about("The kind of the entity that it was for.")),
               (id, about("The entity: a TypeID, or a UUID if this node does not know the kind.")),
               (message, about("The names of the message's parts.")), (reason, about("Why no entity accepted it.")))
AINFT_ABOUT(dead_letter_view, "A message that no entity accepted.")

struct node_dead_letters {
  std::string node;
  std::vector<dead_letter_view> items;
};
AINFT_DESCRIBE(node_dead_letters, (node, about("The node that was asked.")),
               (items, about("The latest dead letters, oldest first. The node keeps 100.")))
AINFT_ABOUT(node_dead_letters, "A node's dead letters.")

task<reply> show_dead_letters(const node_service& service) {
  node_dead_letters out{service.parts().name, {}};
  for (const auto& l : service.all().host.dead_letters().all())
    out.items.push_back({l.at, l.kind, id_text(l.kind, l.id), l.message, l.reason});
  co_return shown(out);
}

struct quarantined_entity {
  std::string kind;
  std::string id;
  std::string reason;
  uint32_t failures = 0;
  runtime::time_point since;
  std::string node;
};
AINFT_DESCRIBE(quarantined_entity, (kind, about("The entity's kind.")), (id, about("The entity: a TypeID.")),
               (reason, about("Why the latest attempt to load it failed.")),
               (failures, about("The number of failed attempts in a row.")),
               (since, about("When the first of them failed.")), (node, about("The node that tried it.")))
AINFT_ABOUT(quarantined_entity, "An entity that a node cannot load, and does not try to load again.")

task<reply> list_quarantine(const node_service& service) {
  std::vector<quarantined_entity> out;
  for (const auto& q : service.all().host.quarantine().all())
    out.push_back({q.kind, id_text(q.kind, q.id), q.reason, q.failures, q.since, service.parts().name});
  co_return json_text_reply(whole_list(out).body);
}

task<reply> release(const node_service& service, call& c) {
  AINFT_CO_TRY(of, entity_of(service.all(), c));
  if (service.all().host.quarantine().release(of.kind, of.id))
    co_return no_content();
  co_return refuse(errc::not_found, "no such entity in quarantine");
}

struct draining_node {
  std::string draining;
};
AINFT_DESCRIBE(draining_node, (draining, about("The node's name.")))
AINFT_ABOUT(draining_node, "A node that hands over what it serves.")

task<reply> drain(const node_service& service) {
  if (!service.all().entities.place())
    co_return refuse(errc::wrong_state, "a node without a cluster cannot hand over to other nodes");
  service.parts().drain();
  co_return shown(draining_node{service.parts().name});
}

// -- rows -----------------------------------------------------------------------------------------------------------

struct audit_row {
  uint64_t id = 0;
  runtime::time_point at;
  std::string caller, node, method, target, body;
  int status = 0;
};
AINFT_DESCRIBE(audit_row, (id, about("Its number. Later changes have higher numbers.")),
               (at, about("When the change was asked for.")),
               (caller, about("Who asked for it: an operator's wallet, or `console:` and the name of an operator.")),
               (node, about("The node that got the request.")), (method, about("The method of the request.")),
               (target, about("Its path and query.")), (body, about("Its body. Empty if it had none.")),
               (status, between(0, 599),
                about("The HTTP status of the outcome. 0: the outcome is unknown, or the change is in progress.")))
AINFT_ABOUT(audit_row, "A change that an operator asked for.")

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

struct ai_queue_row {
  std::string state;
  std::string provider;
  uint64_t jobs = 0;
  std::optional<runtime::time_point> oldest;
};
AINFT_DESCRIBE(ai_queue_row, (state, about("`queued`, `running`, or `parked`: the work continues at the provider.")),
               (provider, about("The name of the AI provider.")), (jobs, about("The number of jobs.")),
               (oldest, about("Since when the oldest of them can run.")))
AINFT_ABOUT(ai_queue_row, "The AI jobs of one provider in one state.")

std::vector<ai_queue_row> find_queue(persistence::session& db) {
  static constexpr persistence::statement select{
    "operations_queue",
    "select state, provider, count(*), min(ready_at) from ai_queue group by state, provider order by state, provider"};
  std::vector<ai_queue_row> out;
  for (const auto& row : db.run(select)) {
    out.push_back({row[0].c_str(), row[1].c_str(), row[2].as<uint64_t>(), std::nullopt});
    if (!row[3].is_null())
      out.back().oldest = persistence::read_time(row[3]);
  }
  return out;
}

http::route& shows_of_node(http::route_table& routes, const node_service& service, std::string path,
                           std::string_view needs, std::string summary, http::handler f) {
  return asks_node(shows(routes, std::move(path), needs, std::move(summary), service.on_named_node(std::move(f))));
}

} // namespace

void add_node_routes(http::route_table& routes, const node_service& service) {
  const auto& s = service.all();
  shows_of_node(routes, service, "/v1/admin/cluster", "cluster.read", "Get the cluster as one node sees it",
                [&service](call&) { return show_cluster(service); })
    .named("getCluster")
    .describe("The nodes with their roles, shards and links, and the nodes of the singletons.")
    .answers<cluster_view>();
  shows_of_node(routes, service, "/v1/admin/tree", "tree.read", "Get a node's tree of supervisors",
                [&service](call&) { return show_tree(service); })
    .named("getSupervisors")
    .describe("The root of the tree is the node itself. Each child has its state, its restarts and its last failure.")
    .answers<runtime::supervised>();
  auto& busiest = shows_of_node(routes, service, "/v1/admin/top", "top.read", "Measure a node's load",
                                [&service](call& c) { return top(service, c); })
                    .named("measureNode")
                    .describe("The response comes after the time of the measurement.")
                    .answers<node_activity>();
  asks_number(busiest, "ms", "For how long to measure, in milliseconds. 500 if absent.", shortest_watch, longest_watch);
  asks_number(busiest, "limit", "The largest number of actors in the response. 20 if absent.", 1, most_actors);
  shows_of_node(routes, service, "/v1/admin/config", "config.read", "Get a node's effective settings",
                [&service](call&) { return show_settings(service); })
    .named("getNodeSettings")
    .describe("By their full names, with the values from all sources. No setting contains a secret.")
    .answers<node_settings>();
  shows_of_node(routes, service, "/v1/admin/dead-letters", "dead_letters.read", "Get a node's latest dead letters",
                [&service](call&) { return show_dead_letters(service); })
    .named("getDeadLetters")
    .describe("Messages that no entity accepted, because they are of another version, or because they were lost and "
              "nobody waits for a response.")
    .answers<node_dead_letters>();
  answers_all<quarantined_entity>(
    shows_of_node(routes, service, "/v1/admin/quarantine", "quarantine.read", "List a node's quarantined entities",
                  [&service](call&) { return list_quarantine(service); })
      .named("listQuarantine")
      .describe("Entities whose journal the node could not read, three times in a row. Requests for them are refused "
                "with `quarantined` until an operator releases them."));
  answers_all<ai_queue_row>(shows(routes, "/v1/admin/queue", "queue.read", "Count the AI jobs in progress",
                                  [&s](call&) { return all_of(s, [](auto& db) { return find_queue(db); }); })
                              .named("countAiJobs")
                              .describe("By state and provider."));
  answers_all<audit_row>(shows(routes, "/v1/admin/audit", "audit.read", "List the latest changes by operators",
                               [&s](call&) { return all_of(s, [](auto& db) { return find_audit(db); }); })
                           .named("listAudit")
                           .describe("The latest 200, latest first. Refused changes are among them."));
  takes_entity(changes(routes, service, "/v1/admin/quarantine/{kind}/{id}/release", "quarantine.release",
                       "Release an entity from quarantine",
                       service.wherever_it_is([&service](call& c) { return release(service, c); })))
    .named("releaseEntity")
    .describe("On whichever node quarantines it. The next request for the entity loads it again.")
    .answers_nothing();
  asks_node(changes(routes, service, "/v1/admin/drain", "nodes.drain", "Drain a node",
                    service.on_named_node([&service](call&) { return drain(service); })))
    .named("drainNode")
    .describe("The node hands over its entities and singletons to the other nodes. It continues to serve clients.")
    .refuses({errc::wrong_state})
    .answers<draining_node>();
  asks_node(changes_with<supervised_path>(
              routes, service, "/v1/admin/tree/restart", "tree.restart", "Restart a supervisor's child",
              [&service](call&, const supervised_path& p) { return restart(service, p.path); },
              &node_service::on_named_node))
    .named("restartPart")
    .describe("`getSupervisors` shows the paths. The supervisor ends the child and starts it anew.")
    .sample(R"({"path": "followers/settlement"})")
    .answers<restarted_part>();
  asks_node(changes_with<log_setting>(
              routes, service, "/v1/admin/log", "log.change", "Set a node's log level",
              [](call&, const log_setting& l) { return set_log(l); }, &node_service::on_named_node))
    .named("setLogLevel")
    .describe("The new level applies at once, until the node restarts.")
    .sample(R"({"level": "debug"})")
    .answers<log_setting>();
}

} // namespace ainft::operations
