// The followers of the journal: their positions and failures, how to move them, and the keys that they have parked.
#include "actors/admin/operations/routes.hpp"
#include "actors/admin/operations/uuid_text.hpp"

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

using follower_name = runtime::bounded_text<1, 100>;

struct stored_cursor {
  std::string follower;
  runtime::journal_cursor at;
  runtime::time_point stored_at;
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
                       persistence::read_time(row[3]),
                       row[4].as<uint64_t>()});
  for (const auto& row : db.run(last))
    out.end = {row[0].as<uint64_t>(), row[1].as<uint64_t>()};
  return out;
}

/// A follower that runs on this node. Refuses with errc::not_found if it does not.
runtime::result<caf::actor> follower_here(const node_service& service, std::string_view name) {
  for (const auto& f : service.parts().followers.all())
    if (f.name == name)
      return f.actor;
  return refuse(errc::not_found, "no node runs a follower of this name");
}

/// Sends a message to a follower that answers with its status.
task<runtime::follower_status> ask_status(const node_service& service, caf::actor follower, caf::message message) {
  co_return co_await net::ask<runtime::follower_status>(service.all().port, std::move(follower), std::move(message),
                                                        ask_timeout);
}

/// The status of a follower that runs on this node. Refuses with errc::not_found if it does not.
task<runtime::follower_status> status_of(const node_service& service, std::string name) {
  AINFT_CO_TRY(follower, follower_here(service, name));
  auto message = caf::make_message(runtime::ask_follower{});
  co_return co_await ask_status(service, follower, std::move(message));
}

std::string failing_id(const runtime::follower_status& f) {
  return id_text(f.failing.substr(0, f.failing.find('.')), f.failing_entity);
}

struct failing_event {
  std::string event;
  std::string entity;
  std::string error;
};
AINFT_DESCRIBE(failing_event, (event, about("Its kind and type, such as `listing.settlement_begun`.")),
               (entity, about("The entity of the event: a TypeID.")), (error, about("Why the latest attempt failed.")))
AINFT_ABOUT(failing_event, "An event that a follower could not handle yet.")

struct follower_view {
  std::string node;
  std::string position;
  uint64_t handled = 0;
  uint64_t failures = 0;
  std::optional<failing_event> failing_at;
};
AINFT_DESCRIBE(follower_view, (node, about("The node that runs it.")),
               (position, about("The place in the journal up to which it has handled all events, such as `7421.993`.")),
               (handled, about("The number of events that it has handled since it started.")),
               (failures, about("The number of failed attempts since it started.")),
               (failing_at, about("The oldest event that it retries in place. Later events of other keys go on.")))
AINFT_ABOUT(follower_view, "A follower of the journal, which executes the effects of events.")

follower_view view_of(const runtime::follower_status& f, const std::string& node) {
  follower_view out{node, realtime::cursor_text(f.at), f.handled, f.failures, std::nullopt};
  if (!f.failing.empty())
    out.failing_at = failing_event{f.failing, failing_id(f), f.last_error};
  return out;
}

/// The status of one follower, from the node that it runs on.
task<reply> show_one(const node_service& service, call& c) {
  auto status = co_await status_of(service, std::string{c.parameters.at(0)});
  if (!status)
    co_return std::move(status.error());
  co_return shown(view_of(*status, service.parts().name));
}

struct stored_follower {
  std::string name;
  std::string stored;
  runtime::time_point stored_at;
  uint64_t lag = 0;
  uint64_t parked = 0;
  std::optional<follower_view> here;
};
AINFT_DESCRIBE(stored_follower, (name, about("For example `settlement`.")),
               (stored, about("The place in the journal from which it continues after a restart, such as `7421.993`.")),
               (stored_at, about("When it stored that place.")),
               (lag, about("By how much the position in `end` is greater than the one in `stored`: about the number of "
                           "events after `stored`.")),
               (parked, about("The number of keys that it has parked.")),
               (here, about("Its status, if the asked node runs it.")))
AINFT_ABOUT(stored_follower, "A follower with its stored cursor.")

struct followers_view {
  std::string end;
  std::vector<stored_follower> items;
};
AINFT_DESCRIBE(followers_view, (end, about("The place of the latest event in the journal.")),
               (items, about("The followers that have ever run, by name.")))
AINFT_ABOUT(followers_view, "The journal's followers.")

/// The stored cursors of all followers, and the status of those that run on this node.
task<reply> show_all(const node_service& service) {
  AINFT_CO_TRY(found, co_await net::query(service.all().db, find_cursors));
  followers_view out{realtime::cursor_text(found.end), {}};
  for (const auto& f : found.all) {
    const auto behind = found.end.position > f.at.position ? found.end.position - f.at.position : 0;
    auto& item = out.items.emplace_back(
      stored_follower{f.follower, realtime::cursor_text(f.at), f.stored_at, behind, f.parked, std::nullopt});
    auto status = co_await status_of(service, f.follower);
    if (status)
      item.here = view_of(*status, service.parts().name);
  }
  co_return shown(out);
}

struct skip_reason {
  runtime::display_text<500, 2000, 3> reason;
};
AINFT_DESCRIBE(skip_reason, (reason, about("Why the event may be skipped; for the audit.")))
AINFT_ABOUT(skip_reason, "The reason of a skip.")

struct skip_order : skip_reason {
  std::optional<std::string> entity;
};
AINFT_DESCRIBE(skip_order, (reason, about("Why the event may be skipped; for the audit.")),
               (entity, about("Skip only an event of this entity, as `failingAt` shows it.")))
AINFT_ABOUT(skip_order, "Which event to skip, and why.")

struct skipped_event {
  bool skipped = true;
  std::string event;
  std::string entity;
};
AINFT_DESCRIBE(skipped_event, (skipped, about("`true`.")),
               (event, about("Its kind and type, such as `listing.settlement_begun`.")),
               (entity, about("The entity of the event: a TypeID.")))
AINFT_ABOUT(skipped_event, "An event that the follower does not handle any more.")

caf::error refuse_no_failing() { return refuse(errc::wrong_state, "this follower has no failing event to skip"); }

task<reply> skip(const node_service& service, call& c, skip_order what) {
  AINFT_CO_TRY(follower, follower_here(service, c.parameters.at(0)));
  auto look = caf::make_message(runtime::ask_follower{});
  AINFT_CO_TRY(now, co_await ask_status(service, follower, std::move(look)));
  if (now.failing.empty())
    co_return refuse_no_failing();
  if (what.entity && *what.entity != failing_id(now))
    co_return refuse(errc::wrong_state,
                     "the oldest failing event is of " + failing_id(now) + ", not of " + *what.entity);
  auto message = caf::make_message(runtime::skip_event{now.failing_entity});
  AINFT_CO_TRY(skipped, co_await ask_status(service, follower, std::move(message)));
  if (skipped.failing.empty())
    co_return refuse_no_failing();
  co_return shown(skipped_event{true, skipped.failing, failing_id(skipped)});
}

struct rewind_order {
  std::string to;
};
AINFT_DESCRIBE(rewind_order, (to, about("A place in the journal, at most its end, such as `7421.993`. `0.0` stands for "
                                        "its start.")))
AINFT_ABOUT(rewind_order, "Where a follower continues.")

struct rewound_follower {
  std::string at;
};
AINFT_DESCRIBE(rewound_follower, (at, about("The place in the journal from which it continues.")))
AINFT_ABOUT(rewound_follower, "A follower that was moved.")

task<reply> rewind(const node_service& service, call& c, const std::string& to) {
  constexpr auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()); // PostgreSQL's bigint
  const auto cursor = realtime::parse_cursor(to);
  if (!cursor || cursor->position > most)
    co_return runtime::refuse_field("/to", "must be a position in the journal, such as 7421.993");
  AINFT_CO_TRY(follower, follower_here(service, c.parameters.at(0)));
  AINFT_CO_TRY(found, co_await net::query(service.all().db, find_cursors));
  if (*cursor > found.end)
    co_return runtime::refuse_field("/to",
                                    "must not be after the end of the journal, " + realtime::cursor_text(found.end));
  auto message = caf::make_message(runtime::rewind_follower{*cursor});
  auto done = co_await net::ask<caf::unit_t>(service.all().port, std::move(follower), std::move(message), ask_timeout);
  if (!done)
    co_return done.error();
  co_return shown(rewound_follower{to});
}

/// A parked key and its first event.
struct parked_key_view {
  uuid_text key;
  std::string reason;
  uint32_t attempts = 0;
  runtime::time_point parked_at, next_attempt_at;
  uint64_t waiting = 0; ///< events
  std::string event, entity;
  uint64_t sequence = 0;
};
AINFT_DESCRIBE(parked_key_view,
               (key, about("The entity that the effect of the events is for, such as the listing of a "
                           "sale.")),
               (event, about("Kind and type of its first event, such as `listing.settlement_begun`.")),
               (entity, about("The entity of that event: a TypeID.")),
               (sequence, about("The entity's version after that event.")),
               (waiting, about("The number of events that wait, with the first one.")),
               (attempts, about("The number of failed attempts at the first event.")),
               (parked_at, about("When the follower parked the key.")),
               (next_attempt_at, about("When it tries again.")), (reason, about("Why the latest attempt failed.")))
AINFT_ABOUT(parked_key_view,
            "A key whose first event keeps failing. Its events wait in order, and all other keys go on.")

std::vector<parked_key_view> find_parked(persistence::session& db, const std::string& follower) {
  static constexpr persistence::statement select{"operations_parked", R"sql(
    select k.key, k.reason, k.attempts, k.parked_at, k.next_attempt_at, w.waiting, j.kind, j.type, j.entity_id,
      j.sequence
    from follower_parked_keys k
    cross join lateral (select count(*) as waiting, min(place) as first from follower_parked_events e
      where e.follower = k.follower and e.key = k.key) w
    join follower_parked_events e on e.follower = k.follower and e.key = k.key and e.place = w.first
    join journal j on j.entity_id = e.entity_id and j.sequence = e.sequence
    where k.follower = $1 order by k.parked_at, k.key limit 200)sql"};
  std::vector<parked_key_view> out;
  for (const auto& row : db.run(select, persistence::parameters{follower})) {
    const std::string kind = row[6].c_str();
    out.push_back({uuid_text{persistence::read_uuid(row[0])}, row[1].c_str(), row[2].as<uint32_t>(),
                   persistence::read_time(row[3]), persistence::read_time(row[4]), row[5].as<uint64_t>(),
                   kind + "." + row[7].c_str(), id_text(kind, persistence::read_uuid(row[8])), row[9].as<uint64_t>()});
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

struct released_key {
  uuid_text released;
};
AINFT_DESCRIBE(released_key, (released, about("The key.")))
AINFT_ABOUT(released_key, "A parked key that is retried now.")

struct skipped_key {
  uuid_text skipped;
};
AINFT_DESCRIBE(skipped_key, (skipped, about("The key.")))
AINFT_ABOUT(skipped_key, "A parked key whose first event is not handled any more.")

/// Sends `Message`, with the path's parked key, to the follower on this node. Responds with a Done.
template <class Message, class Done>
task<reply> with_parked(const node_service& service, call& c) {
  const auto key = uuid_text::parse(c.parameters.at(1));
  if (!key)
    co_return runtime::refuse_field("/path/key", runtime::explain(key.error()).detail);
  AINFT_CO_TRY(follower, follower_here(service, c.parameters.at(0)));
  auto message = caf::make_message(Message{key->get(), {}});
  AINFT_CO_TRY(found,
               co_await net::ask<bool>(service.all().port, std::move(follower), std::move(message), ask_timeout));
  if (!found)
    co_return refuse(errc::wrong_state, "this follower has no parked key of this name");
  co_return shown(Done{*key});
}

constexpr auto whose = "The follower's name.", key_about = "The parked key.";

void add_followers(http::route_table& routes, const node_service& service) {
  asks_node(shows(routes, "/v1/admin/followers", "followers.read", "List the journal's followers",
                  service.on_named_node([&service](call&) { return show_all(service); })))
    .named("listFollowers")
    .describe("All followers with their stored cursors, and the status of those that run on the asked node.")
    .answers<followers_view>();
  shows(routes, "/v1/admin/followers/{name}", "followers.read", "Get a follower",
        service.wherever_it_is([&service](call& c) { return show_one(service, c); }))
    .named("getFollower")
    .takes<follower_name>(whose)
    .describe("From the node that runs it.")
    .answers<follower_view>();
  changes_with<skip_order>(
    routes, service, "/v1/admin/followers/{name}/skip", "followers.skip", "Skip the event at which a follower fails",
    [&service](call& c, skip_order what) { return skip(service, c, std::move(what)); }, &node_service::wherever_it_is)
    .named("skipEvent")
    .takes<follower_name>(whose)
    .describe("Skips the oldest event that the follower retries in place. The follower never handles it. The skip is "
              "lost if the follower restarts before it has finished an older event.")
    .sample(R"({"reason": "the transaction belongs to a test"})")
    .refuses({errc::wrong_state})
    .answers<skipped_event>();
  changes_with<rewind_order>(
    routes, service, "/v1/admin/followers/{name}/rewind", "followers.rewind", "Move a follower in the journal",
    [&service](call& c, const rewind_order& r) { return rewind(service, c, r.to); }, &node_service::wherever_it_is)
    .named("rewindFollower")
    .takes<follower_name>(whose)
    .describe("The follower handles the events after the place, again if it has handled them before. Parked events "
              "before the place stay parked.")
    .sample(R"({"to": "7421.993"})")
    .answers<rewound_follower>();
}

void add_parked(http::route_table& routes, const node_service& service) {
  answers_all<parked_key_view>(shows(routes, "/v1/admin/followers/{name}/parked", "followers.read",
                                     "List a follower's parked keys",
                                     [&service](call& c) { return show_parked(service, c); })
                                 .named("listParkedKeys")
                                 .takes<follower_name>(whose)
                                 .describe("At most 200, those that were parked first."));
  changes(routes, service, "/v1/admin/followers/{name}/parked/{key}/release", "followers.release_parked",
          "Retry a parked key now", service.wherever_it_is([&service](call& c) {
            return with_parked<runtime::release_parked, released_key>(service, c);
          }))
    .named("releaseParkedKey")
    .describe("The follower handles the first event of the key again at once, instead of at its next attempt. If that "
              "succeeds, the other events of the key follow.")
    .takes<follower_name>(whose)
    .takes<uuid_text>(key_about)
    .refuses({errc::wrong_state})
    .answers<released_key>();
  changes_with<skip_reason>(
    routes, service, "/v1/admin/followers/{name}/parked/{key}/skip", "followers.skip_parked",
    "Skip the first event of a parked key",
    [&service](call& c, skip_reason) { return with_parked<runtime::skip_parked, skipped_key>(service, c); },
    &node_service::wherever_it_is)
    .named("skipParkedEvent")
    .takes<follower_name>(whose)
    .takes<uuid_text>(key_about)
    .describe("The follower never handles the event, and tries the next one of the key.")
    .sample(R"({"reason": "the transaction belongs to a test"})")
    .refuses({errc::wrong_state})
    .answers<skipped_key>();
}

} // namespace

void add_follower_routes(http::route_table& routes, const node_service& service) {
  add_followers(routes, service);
  add_parked(routes, service);
}

} // namespace ainft::operations
