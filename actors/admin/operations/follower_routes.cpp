// The followers of the journal: their positions and failures, how to move them, and the keys that they have parked.
#include "actors/admin/operations/routes.hpp"

#include "actors/capability.hpp"
#include "actors/realtime/api.hpp"
#include "actors/replies.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/parking.hpp"
#include "runtime/text.hpp"
#include "runtime/try.hpp"

namespace ainft::operations {

namespace {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;
using json = nlohmann::json;

struct stored_cursor {
  std::string follower;
  runtime::journal_cursor at;
  std::string stored_at;
  uint64_t parked = 0; ///< keys
};

struct cursors {
  std::vector<stored_cursor> all;
  runtime::journal_cursor end; ///< of the journal
};

cursors find_cursors(persistence::session& db) {
  static constexpr persistence::statement select{"operations_cursors", R"sql(
    select follower, transaction::text, position, stored_at,
      (select count(*) from follower_parked_keys k where k.follower = c.follower)
    from follower_cursors c order by follower)sql"};
  static constexpr persistence::statement last{
    "operations_journal_end",
    "select transaction::text, position from journal order by journal.transaction desc, position desc limit 1"};
  cursors out;
  for (const auto& row : db.run(select))
    out.all.push_back({row[0].c_str(),
                       {row[1].as<uint64_t>(), row[2].as<uint64_t>()},
                       persistence::read_time(row[3]).str(),
                       row[4].as<uint64_t>()});
  for (const auto& row : db.run(last))
    out.end = {row[0].as<uint64_t>(), row[1].as<uint64_t>()};
  return out;
}

caf::error refuse_not_running() { return refuse(errc::not_found, "no node runs a follower of this name"); }

/// The status of a follower that runs on this node. Refuses with errc::not_found if it does not.
task<runtime::follower_status> status_of(const node_service& service, std::string name) {
  for (const auto& f : service.parts().followers.all())
    if (f.name == name) {
      auto message = caf::make_message(runtime::ask_follower{});
      auto actor = f.actor;
      co_return co_await net::ask<runtime::follower_status>(service.all().port, std::move(actor), std::move(message),
                                                            ask_timeout);
    }
  co_return refuse_not_running();
}

std::string failing_id(const runtime::follower_status& f) {
  return id_text(f.failing.substr(0, f.failing.find('.')), f.failing_entity);
}

json shown_status(const runtime::follower_status& f, const std::string& node) {
  json out{{"node", node}, {"position", realtime::cursor_text(f.at)}, {"handled", f.handled}, {"failures", f.failures}};
  if (!f.failing.empty())
    out["failingAt"] = {{"event", f.failing}, {"entity", failing_id(f)}, {"error", f.last_error}};
  return out;
}

/// The status of one follower, from the node that it runs on.
task<reply> show_one(const node_service& service, call& c) {
  auto status = co_await status_of(service, std::string{c.parameters.at(0)});
  if (!status)
    co_return std::move(status.error());
  co_return shown(shown_status(*status, service.parts().name));
}

/// The stored cursors of all followers, and the status of those that run on this node.
task<reply> show_all(const node_service& service) {
  AINFT_CO_TRY(found, co_await net::query(service.all().db, find_cursors));
  auto items = json::array();
  for (const auto& f : found.all) {
    const auto behind = found.end.position > f.at.position ? found.end.position - f.at.position : 0;
    json item{{"name", f.follower},
              {"stored", realtime::cursor_text(f.at)},
              {"storedAt", f.stored_at},
              {"lag", behind},
              {"parked", f.parked}};
    auto status = co_await status_of(service, f.follower);
    if (status)
      item["here"] = shown_status(*status, service.parts().name);
    items.push_back(std::move(item));
  }
  const json out{{"end", realtime::cursor_text(found.end)}, {"items", items}};
  co_return shown(out);
}

caf::actor actor_of(const node_service& service, std::string_view name) {
  for (const auto& f : service.parts().followers.all())
    if (f.name == name)
      return f.actor;
  return {};
}

struct skipping {
  runtime::display_text<500, 2000, 3> reason;
};
AINFT_DESCRIBE(skipping, reason)

struct skipping_one {
  runtime::display_text<500, 2000, 3> reason;
  std::optional<std::string> entity; ///< skip only an event of this entity, as `failingAt` shows it
};
AINFT_DESCRIBE(skipping_one, reason, entity)

caf::error refuse_no_failing() { return refuse(errc::wrong_state, "this follower has no failing event to skip"); }

task<reply> skip(const node_service& service, call& c, skipping_one what) {
  AINFT_CO_TRY(now, co_await status_of(service, std::string{c.parameters.at(0)}));
  if (now.failing.empty())
    co_return refuse_no_failing();
  if (what.entity && *what.entity != failing_id(now))
    co_return refuse(errc::wrong_state,
                     "the oldest failing event is of " + failing_id(now) + ", not of " + *what.entity);
  auto actor = actor_of(service, c.parameters.at(0));
  if (!actor)
    co_return refuse_not_running();
  auto message = caf::make_message(runtime::skip_event{now.failing_entity});
  AINFT_CO_TRY(skipped, co_await net::ask<runtime::follower_status>(service.all().port, std::move(actor),
                                                                    std::move(message), ask_timeout));
  if (skipped.failing.empty())
    co_return refuse_no_failing();
  co_return shown({{"skipped", true}, {"event", skipped.failing}, {"entity", failing_id(skipped)}});
}

struct rewinding {
  std::string to;
};
AINFT_DESCRIBE(rewinding, to)

task<reply> rewind(const node_service& service, call& c, const std::string& to) {
  constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()); // PostgreSQL's bigint
  const auto cursor = realtime::parse_cursor(to);
  if (!cursor || cursor->position > most)
    co_return runtime::refuse_field("/to", "must be a position in the journal, such as 7421.993");
  auto actor = actor_of(service, c.parameters.at(0));
  if (!actor)
    co_return refuse_not_running();
  AINFT_CO_TRY(found, co_await net::query(service.all().db, find_cursors));
  if (*cursor > found.end)
    co_return runtime::refuse_field("/to",
                                    "must not be after the end of the journal, " + realtime::cursor_text(found.end));
  auto message = caf::make_message(runtime::rewind_follower{*cursor});
  auto done = co_await net::ask<caf::unit_t>(service.all().port, std::move(actor), std::move(message), ask_timeout);
  if (!done)
    co_return done.error();
  co_return shown({{"at", to}});
}

/// A parked key and its first event.
struct parked_row {
  std::string key; ///< UUID
  std::string reason;
  uint32_t attempts = 0;
  runtime::time_point parked_at, next_attempt_at;
  uint64_t waiting = 0; ///< events
  std::string event, entity;
  uint64_t sequence = 0;
};
AINFT_DESCRIBE(parked_row, key, event, entity, sequence, waiting, attempts, parked_at, next_attempt_at, reason)

std::vector<parked_row> find_parked(persistence::session& db, const std::string& follower) {
  static constexpr persistence::statement select{"operations_parked", R"sql(
    select k.key, k.reason, k.attempts, k.parked_at, k.next_attempt_at, w.waiting, j.kind, j.type, j.entity_id,
      j.sequence
    from follower_parked_keys k
    cross join lateral (select count(*) as waiting, min(place) as first from follower_parked_events e
      where e.follower = k.follower and e.key = k.key) w
    join follower_parked_events e on e.follower = k.follower and e.key = k.key and e.place = w.first
    join journal j on j.entity_id = e.entity_id and j.sequence = e.sequence
    where k.follower = $1 order by k.parked_at, k.key limit 200)sql"};
  std::vector<parked_row> out;
  for (const auto& row : db.run(select, persistence::parameters{follower})) {
    const std::string kind = row[6].c_str();
    out.push_back({row[0].c_str(), row[1].c_str(), row[2].as<uint32_t>(), persistence::read_time(row[3]),
                   persistence::read_time(row[4]), row[5].as<uint64_t>(), kind + "." + row[7].c_str(),
                   id_text(kind, persistence::read_uuid(row[8])), row[9].as<uint64_t>()});
  }
  return out;
}

/// Finds a follower that runs, or has run, on any node.
constexpr persistence::statement find_follower{"operators_follower",
                                               "select follower from follower_cursors where follower = $1"};

task<reply> show_parked(const node_service& service, call& c) {
  const std::string name{c.parameters.at(0)};
  auto look = [name](persistence::session& db) {
    return !db.run(find_follower, persistence::parameters{name}).empty();
  };
  AINFT_CO_TRY(known, co_await net::query(service.all().db, std::move(look)));
  if (!known)
    co_return refuse(errc::not_found, "no follower has this name");
  auto read = [name](persistence::session& db) { return find_parked(db, name); };
  co_return co_await all_of(service.all(), std::move(read));
}

/// Sends `Message`, with the path's parked key, to the follower on this node.
template <class Message>
task<reply> with_parked(const node_service& service, call& c, const char* done_as) {
  const auto key = runtime::uuid::parse(c.parameters.at(1));
  if (!key)
    co_return runtime::refuse_field("/path/key", "must be a UUID");
  auto actor = actor_of(service, c.parameters.at(0));
  if (!actor)
    co_return refuse_not_running();
  auto message = caf::make_message(Message{*key, {}});
  AINFT_CO_TRY(found, co_await net::ask<bool>(service.all().port, std::move(actor), std::move(message), ask_timeout));
  if (!found)
    co_return refuse(errc::wrong_state, "this follower has no parked key of this name");
  co_return shown({{done_as, key->str()}});
}

} // namespace

void add_follower_routes(http::route_table& routes, const node_service& service) {
  shows(routes, "/v1/admin/followers", "followers.read",
        "The journal's followers: the cursor of each, and the status of those that run on this node", {"node"},
        service.on_named_node([&service](call&) { return show_all(service); }));
  shows(routes, "/v1/admin/followers/{name}", "followers.read",
        "One follower, on whichever node it runs: its cursor, its failures, and the failing event", {},
        service.wherever_it_is([&service](call& c) { return show_one(service, c); }));
  auto audited_json = [&](auto& route) {
    route.function = service.audited(service.wherever_it_is(std::move(route.function)));
  };
  auto& skips = routes.json<skipping_one>(
    http::verb::post, "/v1/admin/followers/{name}/skip", "Operators",
    "Skip the event at which a follower fails; the reason is stored", http::operator_right("followers.skip"),
    [&service](call& c, skipping_one what) { return skip(service, c, std::move(what)); });
  audited_json(skips);
  auto& rewinds = routes.json<rewinding>(http::verb::post, "/v1/admin/followers/{name}/rewind", "Operators",
                                         "Set a follower's cursor to another position in the journal",
                                         http::operator_right("followers.rewind"),
                                         [&service](call& c, const rewinding& r) { return rewind(service, c, r.to); });
  audited_json(rewinds);
  shows(routes, "/v1/admin/followers/{name}/parked", "followers.read",
        "The parked keys of a follower, at most 200: the failing event, the reason, the attempts, the next retry "
        "and the number of waiting events",
        {}, [&service](call& c) { return show_parked(service, c); });
  changes(routes, service, "/v1/admin/followers/{name}/parked/{key}/release", "followers.release_parked",
          "Retry a parked key of a follower now", {}, service.wherever_it_is([&service](call& c) {
            return with_parked<runtime::release_parked>(service, c, "released");
          }));
  auto& drops = routes.json<skipping>(
    http::verb::post, "/v1/admin/followers/{name}/parked/{key}/skip", "Operators",
    "Skip the first event of a parked key; the reason is stored", http::operator_right("followers.skip_parked"),
    [&service](call& c, skipping) { return with_parked<runtime::skip_parked>(service, c, "skipped"); });
  audited_json(drops);
}

} // namespace ainft::operations
