// Inspects one entity, on any node: its present state, its journal, and its state after any event.
#include "actors/admin/operations/named_entity.hpp"
#include "actors/admin/operations/routes.hpp"

#include "actors/capability.hpp"
#include "actors/realtime/api.hpp"
#include "net/http/query_number.hpp"
#include "persistence/replay.hpp"
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

constexpr uint64_t last_sequence = std::numeric_limits<int64_t>::max();

std::string owner_name(const services& s, const node_parts& parts, const uuid& id) {
  const auto* place = s.entities.place();
  if (!place)
    return parts.name;
  const auto placed = place->now();
  const auto* owner = placed->owner_of(id);
  return owner ? owner->name : "";
}

task<json> look_into(const services& s, named_entity of) {
  auto message = caf::make_message(runtime::inspect_entity{});
  AINFT_CO_TRY(got, co_await net::ask_entity(s.entities, of.kind, of.id, std::move(message), ask_timeout));
  auto out = json::parse(got.body);
  if (out["version"] == 0)
    co_return refuse(errc::not_found, "no such " + std::string{of.kind});
  co_return out;
}

task<reply> show(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  AINFT_CO_TRY(seen, co_await look_into(s, of));
  (seen)["id"] = id_text(of.kind, of.id);
  (seen)["node"] = owner_name(s, service.parts(), of.id);
  (seen)["shard"] = runtime::cluster::shard_of(of.id);
  (seen)["watchers"] = s.events.hub().viewers(of.id);
  co_return shown(seen);
}

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

/// The change of the state by one event, as an RFC 6902 patch.
json change(const history& of, size_t at) {
  const auto before = at == 0 ? json::object() : json::parse(of.told.states[at - 1]);
  return json::diff(before, json::parse(of.told.states[at]));
}

/// The events with the changes that they made. With `at`: that event, and the state after it.
task<reply> show_journal(const node_service& service, call& c) {
  const auto& s = service.all();
  auto of = entity_of(s, c);
  const auto at = http::query_number(c, "at", 1, last_sequence), from = http::query_number(c, "from", 1, last_sequence);
  if (auto bad = http::first_error(of, at, from))
    co_return bad;
  AINFT_CO_TRY(told, co_await read_history(s, *of));
  const auto last = told.events.size();
  if (*at && **at > last)
    co_return runtime::refuse_field("/query/at", "must be at most " + std::to_string(last));
  json out{{"kind", of->kind}, {"id", id_text(of->kind, of->id)}, {"version", last}};
  constexpr size_t most = 100;
  const size_t begin = *at ? **at - 1 : *from ? **from - 1 : last > most ? last - most : 0;
  auto events = json::array();
  for (size_t i = begin; i < (*at ? **at : std::min(last, begin + most)); ++i) {
    const auto& e = told.events[i];
    events.push_back({{"sequence", e.sequence},
                      {"type", e.type},
                      {"version", e.version},
                      {"at", e.at.str()},
                      {"data", json::parse(e.payload)},
                      {"changes", change(told, i)}});
  }
  out["events"] = std::move(events);
  if (*at)
    out["state"] = json::parse(told.told.states[**at - 1]);
  co_return shown(out);
}

/// Replays the journal, and compares the result with the live entity and its rows.
task<reply> replay(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  AINFT_CO_TRY(told, co_await read_history(s, of));
  AINFT_CO_TRY(alive, co_await look_into(s, of));
  const auto version = (alive)["version"].get<uint64_t>();
  if (version > told.events.size())
    co_return refuse(errc::conflict, "the entity changed while it was read; retry");
  auto shared = std::make_shared<history>(std::move(told));
  auto q = [kind = std::string{of.kind}, id = of.id, shared](persistence::session& db) {
    return persistence::compare_rows(db, kind, id, shared->told);
  };
  AINFT_CO_TRY(rows, co_await net::query(s.db, std::move(q)));
  const auto state = json::diff(json::parse(shared->told.states.at(version - 1)), (alive)["state"]);
  auto differing = json::array();
  for (const auto& r : rows)
    differing.push_back({{"table", r.table},
                         {"expected", r.expected.empty() ? json{} : json::parse(r.expected)},
                         {"found", r.found.empty() ? json{} : json::parse(r.found)}});
  const json out{{"kind", of.kind},
                 {"id", id_text(of.kind, of.id)},
                 {"events", shared->events.size()},
                 {"version", version},
                 {"equal", state.empty() && differing.empty()},
                 {"state", state},
                 {"rows", differing}};
  co_return shown(out);
}

task<reply> passivate(const node_service& service, call& c, bool again) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  s.entities.tell(of.kind, of.id, caf::make_message(runtime::passivate{}));
  if (!again)
    co_return shown({{"passivated", id_text(of.kind, of.id)}});
  auto seen = co_await look_into(s, of); // starts it again, from the journal
  if (!seen)
    co_return std::move(seen.error());
  co_return shown(*seen);
}

/// Traces the actor, and returns its latest messages since its first trace. A node traces one actor at a time: tracing
/// another one ends it.
task<reply> trace(const node_service& service, call& c) {
  const auto& s = service.all();
  AINFT_CO_TRY(of, entity_of(s, c));
  const auto& parts = service.parts();
  if (const auto owner = owner_name(s, parts, of.id); owner != parts.name) {
    c.query.insert_or_assign("node", owner);
    const auto there = service.on_named_node(
      [](call&) -> task<reply> { co_return refuse(errc::not_found, "another node owns this entity now"); });
    co_return co_await there(c);
  }
  AINFT_CO_TRY(seen, co_await look_into(s, of));
  const auto actor = (seen)["actor"].get<uint64_t>();
  parts.watch.trace(actor);
  auto messages = json::array();
  for (const auto& m : parts.watch.traced(actor))
    messages.push_back({{"at", m.at.str()}, {"message", m.message}, {"sender", m.sender}, {"tookUs", m.took_us}});
  co_return shown({{"node", parts.name}, {"actor", actor}, {"messages", messages}});
}

} // namespace

void add_entity_routes(http::route_table& routes, const node_service& service) {
  shows(routes, "/v1/admin/entities/{kind}/{id}", "entities.inspect",
        "An entity in its actor's memory: state, version, mailbox, work in progress, subscribers, and its node", {},
        [&service](call& c) { return show(service, c); });
  shows(
    routes, "/v1/admin/entities/{kind}/{id}/journal", "entities.inspect",
    "The entity's events, 100 from `from`, with the change of each (RFC 6902); with `at`, the state after that event",
    {"at", "from"}, [&service](call& c) { return show_journal(service, c); });
  shows(routes, "/v1/admin/entities/{kind}/{id}/replay", "entities.inspect",
        "Replay the entity's journal and compare the result with the entity in memory and the read models", {},
        [&service](call& c) { return replay(service, c); });
  shows(routes, "/v1/admin/entities/{kind}/{id}/trace", "entities.trace",
        "The messages that the entity's actor received since tracing began", {"node"},
        [&service](call& c) { return trace(service, c); });
  changes(routes, service, "/v1/admin/entities/{kind}/{id}/passivate", "entities.passivate", "Passivate the entity", {},
          [&service](call& c) { return passivate(service, c, false); });
  changes(routes, service, "/v1/admin/entities/{kind}/{id}/restart", "entities.restart",
          "Passivate the entity and load it again from the journal", {},
          [&service](call& c) { return passivate(service, c, true); });
}

} // namespace ainft::operations
