// The followers of the journal: how far they are, what they fail at, and how to move them.
#include "actors/operations/routes.hpp"

#include "actors/realtime/room.hpp"

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
};

struct cursors {
  std::vector<stored_cursor> all;
  runtime::journal_cursor end; ///< of the journal
};

cursors find_cursors(persistence::session& db) {
  static constexpr persistence::statement select{"operations_cursors", "select follower, transaction::text, position, stored_at from follower_cursors order by follower"};
  static constexpr persistence::statement last{"operations_journal_end", "select transaction::text, position from journal order by transaction desc, position desc limit 1"};
  cursors out;
  for (const auto& row : db.run(select))
    out.all.push_back({row[0].c_str(), {row[1].as<uint64_t>(), row[2].as<uint64_t>()}, persistence::read_time(row[3]).str()});
  for (const auto& row : db.run(last))
    out.end = {row[0].as<uint64_t>(), row[1].as<uint64_t>()};
  return out;
}

/// How the follower is that runs on this node; errc::not_found if it does not.
task<runtime::follower_status> status_of(const node_desk& desk, std::string name) {
  for (const auto& f : desk.parts().followers.all())
    if (f.name == name && name != "tail") {
      auto message = caf::make_message(runtime::ask_follower{});
      auto actor = f.actor;
      co_return co_await net::ask<runtime::follower_status>(desk.all().port, std::move(actor), std::move(message), ask_timeout);
    }
  co_return refuse(errc::not_found, "this follower does not run here");
}

json shown_status(const runtime::follower_status& f, const std::string& node) {
  json out{{"node", node}, {"position", realtime::cursor_text(f.at)}, {"handled", f.handled}, {"failures", f.failures}};
  if (!f.failing.empty())
    out["failingAt"] = {{"event", f.failing}, {"entity", id_text(f.failing.substr(0, f.failing.find('.')), f.failing_entity)}, {"error", f.last_error}};
  return out;
}

/// One follower, from the node that it runs on.
task<reply> show_one(const node_desk& desk, call& c) {
  auto status = co_await status_of(desk, std::string{c.parameters.at(0)});
  if (!status)
    co_return std::move(status.error());
  co_return shown(shown_status(*status, desk.parts().name));
}

/// All of them by what is stored, and by what those that run here say.
task<reply> show_all(const node_desk& desk) {
  auto found = co_await net::query(desk.all().db, find_cursors);
  if (!found)
    co_return std::move(found.error());
  auto items = json::array();
  for (const auto& f : found->all) {
    const auto behind = found->end.position > f.at.position ? found->end.position - f.at.position : 0;
    json item{{"name", f.follower}, {"stored", realtime::cursor_text(f.at)}, {"storedAt", f.stored_at}, {"lag", behind}};
    auto status = co_await status_of(desk, f.follower);
    if (status)
      item["here"] = shown_status(*status, desk.parts().name);
    items.push_back(std::move(item));
  }
  const json out{{"end", realtime::cursor_text(found->end)}, {"items", items}};
  co_return shown(out);
}

caf::actor actor_of(const node_desk& desk, std::string_view name) {
  for (const auto& f : desk.parts().followers.all())
    if (f.name == name && name != "tail")
      return f.actor;
  return {};
}

struct skipping {
  runtime::bounded_text<3, 500> reason;
};

template <class Inspector>
bool inspect(Inspector& f, skipping& x) {
  return f.object(x).fields(f.field("reason", x.reason));
}

task<reply> skip(const node_desk& desk, call& c) {
  auto actor = actor_of(desk, c.parameters.at(0));
  if (!actor)
    co_return refuse(errc::not_found, "this follower does not run here");
  auto message = caf::make_message(runtime::skip_event{});
  auto done = co_await net::ask<bool>(desk.all().port, std::move(actor), std::move(message), ask_timeout);
  if (!done)
    co_return std::move(done.error());
  if (!*done)
    co_return refuse(errc::wrong_state, "this follower fails at nothing, so there is nothing to pass over");
  co_return shown({{"skipped", true}});
}

struct rewinding {
  std::string to;
};

template <class Inspector>
bool inspect(Inspector& f, rewinding& x) {
  return f.object(x).fields(f.field("to", x.to));
}

task<reply> rewind(const node_desk& desk, call& c, const std::string& to) {
  const auto cursor = realtime::parse_cursor(to);
  if (!cursor)
    co_return runtime::refuse_field("/to", "must be a place in the journal, such as 7421.993");
  auto actor = actor_of(desk, c.parameters.at(0));
  if (!actor)
    co_return refuse(errc::not_found, "this follower does not run here");
  auto message = caf::make_message(runtime::rewind_follower{*cursor});
  auto done = co_await net::ask<caf::unit_t>(desk.all().port, std::move(actor), std::move(message), ask_timeout);
  if (!done)
    co_return std::move(done.error());
  co_return shown({{"at", to}});
}

} // namespace

void add_follower_routes(http::route_table& routes, const node_desk& desk) {
  shows(routes, "/v1/admin/followers", "The followers of the journal: how far each is, and how those that run on this node are", {"node"},
        desk.on_named_node([&desk](call&) { return show_all(desk); }));
  shows(routes, "/v1/admin/followers/{name}", "One follower, wherever it runs: its place, its failures, and the event that it fails at", {},
        desk.wherever_it_is([&desk](call& c) { return show_one(desk, c); }));
  auto audited_json = [&](auto& route) { route.function = desk.audited(desk.wherever_it_is(std::move(route.function))); };
  auto& skips = routes.json<skipping>(http::verb::post, "/v1/admin/followers/{name}/skip", "Operators", "Pass over the event that a follower fails at; the reason is kept",
                                      http::access::operators, [&desk](call& c, skipping) { return skip(desk, c); });
  audited_json(skips);
  auto& rewinds = routes.json<rewinding>(http::verb::post, "/v1/admin/followers/{name}/rewind", "Operators", "Have a follower go on from another place in the journal",
                                         http::access::operators, [&desk](call& c, const rewinding& r) { return rewind(desk, c, r.to); });
  audited_json(rewinds);
}

} // namespace ainft::operations
