// Inspects one entity, on any node: its present state, its journal, and its state after any event.
#include "actors/admin/operations/named_entity.hpp"
#include "actors/admin/operations/routes.hpp"

#include "actors/capability.hpp"
#include "actors/realtime/api.hpp"
#include "net/http/query_number.hpp"
#include "persistence/replay.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_text.hpp"
#include "runtime/try.hpp"

#include <limits>

namespace ainft::operations {

namespace {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;
using runtime::uuid;
using json = nlohmann::json;

// -- the entity in memory -------------------------------------------------------------------------------------------

/// What an entity's actor responds to runtime::inspect_entity.
struct loaded_entity {
  std::string kind;
  uint64_t in_flight = 0;
  uint64_t mailbox = 0;
  uint64_t actor = 0;
  uint64_t version = 0;
  uint64_t decided = 0;
  runtime::raw_json state;
  std::optional<runtime::time_point> deadline;
};
AINFT_DESCRIBE(loaded_entity, (kind, about("The entity's kind.")),
               (in_flight, about("The number of commands that it has decided and the journal has not stored yet.")),
               (mailbox, about("The number of messages that wait.")), (actor, about("The actor's id on its node.")),
               (version, about("The number of its events in the journal.")),
               (decided, about("Its version after the commands in flight.")),
               (state, about("The state of its domain. Each kind has its own form, which the API does not fix.")),
               (deadline, about("When it next does something by itself, such as the end of an auction.")))
AINFT_ABOUT(loaded_entity, "An entity in the memory of its actor.")

struct inspected_entity {
  loaded_entity found;
  std::string id;
  std::optional<std::string> node;
  uint64_t shard = 0;
  uint64_t watchers = 0;
};
AINFT_DESCRIBE(inspected_entity, (found, flattened), (id, about("The entity: a TypeID.")),
               (node, about("The node that serves it. Absent if no node serves entities now.")),
               (shard, between(0, runtime::cluster::shard_count - 1), about("The shard that it belongs to.")),
               (watchers, about("The number of clients that follow its events.")))
AINFT_ABOUT(inspected_entity, "An entity in the memory of its actor, and where that is.")

constexpr uint64_t last_sequence = std::numeric_limits<int64_t>::max();

std::optional<std::string> owner_name(const services& s, const node_parts& parts, const uuid& id) {
  const auto* place = s.entities.place();
  if (!place)
    return parts.name;
  const auto placed = place->now();
  const auto* owner = placed->owner_of(id);
  return owner ? std::optional{owner->name} : std::nullopt;
}

task<loaded_entity> look_into(const services& s, named_entity of) {
  auto message = caf::make_message(runtime::inspect_entity{});
  AINFT_CO_TRY(got, co_await net::ask_entity(s.entities, of.kind, of.id, std::move(message), ask_timeout));
  auto out = runtime::from_json_text<loaded_entity>(got.body);
  if (!out)
    co_return refuse(errc::unavailable, "the entity sent a response of an unexpected type");
  if (out->version == 0)
    co_return refuse(errc::not_found, "no such " + std::string{of.kind});
  co_return out;
}

task<reply> show(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  AINFT_CO_TRY(seen, co_await look_into(s, of));
  inspected_entity out{std::move(seen), id_text(of.kind, of.id), owner_name(s, service.parts(), of.id),
                       runtime::cluster::shard_of(of.id), s.events.hub().viewers(of.id)};
  co_return shown(out);
}

// -- the journal ----------------------------------------------------------------------------------------------------

struct history {
  std::vector<runtime::committed_event> events;
  runtime::replay_result told;
};

task<history> read_history(const services& s, named_entity of) {
  auto q = [kind = std::string{of.kind}, id = of.id](persistence::session& db) {
    return persistence::read_events(db, kind, id);
  };
  AINFT_CO_TRY(events, co_await net::query(s.db, std::move(q)));
  if (events.empty())
    co_return refuse(errc::not_found, "no such " + std::string{of.kind});
  AINFT_CO_TRY(told, s.host.replay(of.kind, events));
  co_return history{std::move(events), std::move(told)};
}

AINFT_ENUM(change_kind, add, remove, replace)

struct state_change {
  change_kind op = change_kind::replace;
  std::string path;
  std::optional<runtime::raw_json> value;
};
AINFT_DESCRIBE(state_change, (op, about("What happens at the place.")),
               (path, about("The place in the state: a JSON Pointer (RFC 6901).")),
               (value, about("The new value. Absent if `op` is `remove`.")))
AINFT_ABOUT(state_change, "A step of a JSON Patch (RFC 6902).")

struct journal_event {
  uint64_t sequence = 0;
  std::string type;
  uint16_t version = 1;
  runtime::time_point at;
  runtime::raw_json data;
  std::vector<state_change> changes;
};
AINFT_DESCRIBE(journal_event, (sequence, about("The entity's version after the event.")),
               (type, about("For example `bid_placed`.")), (version, about("The version of the stored form.")),
               (at, about("When it happened.")),
               (data, about("The event as it is stored. Each type has its own form.")),
               (changes, about("What it changed in the state.")))
AINFT_ABOUT(journal_event, "An event in the journal.")

struct entity_journal {
  std::string kind;
  std::string id;
  uint64_t version = 0;
  std::vector<journal_event> events;
  std::optional<runtime::raw_json> state;
};
AINFT_DESCRIBE(entity_journal, (kind, about("The entity's kind.")), (id, about("The entity: a TypeID.")),
               (version, about("The number of its events.")),
               (events, about("At most 100 of them, oldest first; one if the request has `at`.")),
               (state, about("The state after the event `at`. Absent if the request has no `at`.")))
AINFT_ABOUT(entity_journal, "The events of an entity.")

std::vector<state_change> changes_between(const json& before, const json& after) {
  std::vector<state_change> out;
  for (const auto& step : json::diff(before, after)) { // it makes only these three kinds of steps
    auto& one = out.emplace_back();
    one.op = *runtime::enum_from<change_kind>(step.at("op").get_ref<const std::string&>());
    one.path = step.at("path").get<std::string>();
    if (const auto value = step.find("value"); value != step.end())
      one.value = runtime::raw_json{value->dump()};
  }
  return out;
}

/// The change of the state by one event.
std::vector<state_change> changes_of(const history& of, size_t at) {
  const auto before = at == 0 ? json::object() : json::parse(of.told.states[at - 1]);
  return changes_between(before, json::parse(of.told.states[at]));
}

constexpr size_t most_events = 100;

/// The events with the changes that they made. With `at`: that event, and the state after it.
task<reply> show_journal(const node_service& service, call& c) {
  const auto& s = service.all();
  auto of = entity_of(s, c);
  const auto at = http::query_number(c, "at", 1, last_sequence), from = http::query_number(c, "from", 1, last_sequence);
  if (auto bad = http::errors_of(of, at, from))
    co_return bad;
  AINFT_CO_TRY(told, co_await read_history(s, *of));
  const auto last = told.events.size();
  if (*at && **at > last)
    co_return runtime::refuse_field("/query/at", "must be at most " + std::to_string(last));
  entity_journal out{std::string{of->kind}, id_text(of->kind, of->id), last, {}, std::nullopt};
  const size_t begin = *at ? **at - 1 : *from ? **from - 1 : last > most_events ? last - most_events : 0;
  for (size_t i = begin; i < (*at ? **at : std::min(last, begin + most_events)); ++i) {
    const auto& e = told.events[i];
    out.events.push_back({e.sequence, e.type, e.version, e.at, {e.payload}, changes_of(told, i)});
  }
  if (*at)
    out.state = runtime::raw_json{told.told.states[**at - 1]};
  co_return shown(out);
}

struct differing_row {
  std::string table;
  runtime::raw_json expected;
  runtime::raw_json found;
};
AINFT_DESCRIBE(differing_row, (table, about("The table of the read model.")),
               (expected, about("The row according to the journal. null if there must be none.")),
               (found, about("The row in the table. null if there is none.")))
AINFT_ABOUT(differing_row, "A row of a read model that differs from the journal.")

struct replay_report {
  std::string kind;
  std::string id;
  uint64_t events = 0;
  uint64_t version = 0;
  bool equal = false;
  std::vector<state_change> state;
  std::vector<differing_row> rows;
};
AINFT_DESCRIBE(replay_report, (kind, about("The entity's kind.")), (id, about("The entity: a TypeID.")),
               (events, about("The number of its events in the journal.")),
               (version, about("The version of the entity in memory, with which the replay was compared.")),
               (equal, about("Whether nothing differs.")),
               (state, about("How the state in memory differs from that of the replay.")),
               (rows, about("The rows of the read models that differ.")))
AINFT_ABOUT(replay_report, "A comparison of an entity with its journal.")

/// A stored row as JSON; null for none.
runtime::raw_json row_json(const std::string& row) {
  return row.empty() ? runtime::raw_json{} : runtime::raw_json{row};
}

/// Replays the journal, and compares the result with the live entity and its rows.
task<reply> replay(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  AINFT_CO_TRY(told, co_await read_history(s, of));
  AINFT_CO_TRY(alive, co_await look_into(s, of));
  const auto version = alive.version;
  if (version > told.events.size())
    co_return refuse(errc::conflict, "the entity changed while it was read; retry");
  auto shared = std::make_shared<history>(std::move(told));
  auto q = [kind = std::string{of.kind}, id = of.id, shared](persistence::session& db) {
    return persistence::compare_rows(db, kind, id, shared->told);
  };
  AINFT_CO_TRY(rows, co_await net::query(s.db, std::move(q)));
  replay_report out{std::string{of.kind}, id_text(of.kind, of.id), shared->events.size(), version, false, {}, {}};
  out.state = changes_between(json::parse(shared->told.states.at(version - 1)), json::parse(alive.state.text));
  for (const auto& r : rows)
    out.rows.push_back({r.table, row_json(r.expected), row_json(r.found)});
  out.equal = out.state.empty() && out.rows.empty();
  co_return shown(out);
}

// -- control --------------------------------------------------------------------------------------------------------

struct passivated_entity {
  std::string passivated;
};
AINFT_DESCRIBE(passivated_entity, (passivated, about("The entity: a TypeID.")))
AINFT_ABOUT(passivated_entity, "An entity that leaves memory.")

task<reply> passivate(const node_service& service, call& c, bool again) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  s.entities.tell(of.kind, of.id, caf::make_message(runtime::passivate{}));
  if (!again)
    co_return shown(passivated_entity{id_text(of.kind, of.id)});
  auto seen = co_await look_into(s, of); // starts it again, from the journal
  if (!seen)
    co_return std::move(seen.error());
  co_return shown(*seen);
}

struct traced_message {
  runtime::time_point at;
  std::string message;
  std::optional<std::string> sender;
  double took_us = 0;
};
AINFT_DESCRIBE(traced_message, (at, about("When the actor got to it.")), (message, about("The names of its parts.")),
               (sender, about("The sender's actor id and node. Absent if it has no sender.")),
               (took_us, about("How long the actor was busy with it, in microseconds.")))
AINFT_ABOUT(traced_message, "A message that an actor has processed.")

struct entity_trace {
  std::string node;
  uint64_t actor = 0;
  std::vector<traced_message> messages;
};
AINFT_DESCRIBE(entity_trace, (node, about("The node that serves the entity.")),
               (actor, about("The entity's actor on that node.")),
               (messages, about("Its latest messages since its first trace, oldest first; at most 200.")))
AINFT_ABOUT(entity_trace, "What an entity's actor received.")

/// Traces the actor, and returns its latest messages since its first trace. A node traces one actor at a time: tracing
/// another one ends it.
task<reply> trace(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  const auto& parts = service.parts();
  if (const auto owner = owner_name(s, parts, of.id); owner != parts.name) {
    c.query.insert_or_assign("node", owner.value_or(""));
    const auto there = service.on_named_node(
      [](call&) -> task<reply> { co_return refuse(errc::not_found, "another node owns this entity now"); });
    co_return co_await there(c);
  }
  AINFT_CO_TRY(seen, co_await look_into(s, of));
  parts.watch.trace(seen.actor);
  entity_trace out{parts.name, seen.actor, {}};
  for (const auto& m : parts.watch.traced(seen.actor))
    out.messages.push_back({m.at, m.message, m.sender.empty() ? std::nullopt : std::optional{m.sender}, m.took_us});
  co_return shown(out);
}

} // namespace

void add_entity_routes(http::route_table& routes, const node_service& service) {
  const std::string path = "/v1/admin/entities/{kind}/{id}";
  takes_entity(shows(routes, path, "entities.inspect", "Inspect an entity in memory",
                     [&service](call& c) { return show(service, c); }))
    .named("inspectEntity")
    .describe("Loads the entity if it is not in memory.")
    .answers<inspected_entity>();
  auto& journal = takes_entity(shows(routes, path + "/journal", "entities.inspect", "Get an entity's events",
                                     [&service](call& c) { return show_journal(service, c); }))
                    .named("getEntityJournal")
                    .describe("The latest 100 events with the change of each, or those from `from`. With `at`, that "
                              "event alone and the state after it.")
                    .answers<entity_journal>();
  asks_number(journal, "at", "The number of the only event to show. At most the entity's version.", 1, last_sequence);
  asks_number(journal, "from", "The number of the first event to show.", 1, last_sequence);
  takes_entity(shows(routes, path + "/replay", "entities.inspect", "Compare an entity with its journal",
                     [&service](call& c) { return replay(service, c); }))
    .named("replayEntity")
    .describe("Replays the entity's journal and compares the result with the entity in memory and the read models. "
              "Changes nothing.")
    .refuses({errc::conflict})
    .answers<replay_report>();
  takes_entity(shows(routes, path + "/trace", "entities.trace", "Trace the messages of an entity",
                     [&service](call& c) { return trace(service, c); }))
    .named("traceEntity")
    .describe("The first request starts the trace, and later ones return what the entity's actor has received since. A "
              "node traces one actor at a time: the trace of another one ends it.")
    .answers<entity_trace>();
  takes_entity(changes(routes, service, path + "/passivate", "entities.passivate", "Passivate an entity",
                       [&service](call& c) { return passivate(service, c, false); }))
    .named("passivateEntity")
    .describe("The entity leaves memory when its changes in flight are stored. The next request loads it again.")
    .answers<passivated_entity>();
  takes_entity(changes(routes, service, path + "/restart", "entities.restart", "Restart an entity",
                       [&service](call& c) { return passivate(service, c, true); }))
    .named("restartEntity")
    .describe("Passivates the entity and loads it again from the journal.")
    .answers<loaded_entity>();
}

} // namespace ainft::operations
