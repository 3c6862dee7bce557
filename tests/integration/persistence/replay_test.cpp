// Whatever the commands, the rows of the read models equal the projection of a replay of the journal. This is the
// PostgreSQL part of tests/unit/actors/replay_test.cpp.
#include "persistence/replay.hpp"

#include "actors/capability.hpp"
#include "tests/support/random_life.hpp"
#include "tests/support/rig.hpp"

namespace {

using namespace ainft;
using namespace ainft::random_life;
using runtime::answer;
using runtime::uuid;

answer ask(rig::node& n, std::string_view kind, const uuid& id, caf::message m) {
  std::promise<answer> got;
  n.port.ask(n.host.find(kind, id), std::move(m), std::chrono::seconds{20},
             // Refusals are fine, too.
             [&](runtime::result<caf::message> r) { got.set_value(r ? r->get_as<answer>(0) : answer{}); });
  return got.get_future().get();
}

template <class Domain>
typename Domain::state state_of(rig::node& n, const uuid& id) {
  const auto seen = nlohmann::json::parse(ask(n, Domain::kind, id, caf::make_message(runtime::inspect_entity{})).body);
  if (seen.at("version") == 0)
    return {}; // an entity that does not exist has invalid values
  return *runtime::from_json<typename Domain::state>(seen.at("state"), runtime::json_reader::unknown_fields::ignored);
}

/// Sets the id in a command that creates the entity.
template <class Command>
void name_it(Command& c, const uuid& id) {
  if constexpr (creates<Command>()) {
    if constexpr (requires { c.what.id; })
      c.what.id = std::decay_t<decltype(c.what.id)>{id};
    else
      c.id = std::decay_t<decltype(c.id)>{id};
  }
}

bool exists(const rig::test_database& db, std::string_view kind, const uuid& id) {
  return db.ask("select count(*) from journal where kind = '" + std::string{kind} + "' and entity_id = '" + id.str()
                + "'")
         != "0";
}

/// Gives commands until the entity exists, and then some more.
template <class Domain>
void live(rig::node& n, const rig::test_database& db, filler& f, const uuid& id) {
  constexpr int commands = 60, tries = 600;
  bool is_there = false;
  for (int given = 0, tried = 0; given < commands && tried < tries; ++tried) {
    f.now = runtime::system_clock().now();
    auto command = any_command<Domain>(f, state_of<Domain>(n, id));
    runtime::command_context context;
    context.who = anybody(f);
    std::visit(
      [&]<class Command>(Command& c) {
        if (!is_there && !creates<Command>())
          return;
        name_it(c, id);
        ask(n, Domain::kind, id, runtime::command_message(context, std::move(c)));
        is_there = is_there || exists(db, Domain::kind, id);
      },
      command);
    given += is_there;
  }
}

template <class Domain>
void compare(rig::node& n, const rig::test_database& db, const uuid& id) {
  persistence::session s{db.url()};
  const auto events = persistence::read_events(s, Domain::kind, id);
  EXPECT_FALSE(events.empty()) << "no " << Domain::kind << " was made: the commands are too bad";
  if (events.empty())
    return;
  const auto told = n.host.replay(Domain::kind, events);
  ASSERT_TRUE(told) << runtime::explain(told.error()).detail;
  EXPECT_EQ(nlohmann::json::parse(told->states.back()),
            nlohmann::json::parse(runtime::to_json(state_of<Domain>(n, id))))
    << Domain::kind;
  for (const auto& d : persistence::compare_rows(s, Domain::kind, id, *told))
    ADD_FAILURE() << Domain::kind << ", " << d.table << ": the journal says " << d.expected << ", there is " << d.found;
}

/// Compares two entities of a kind, because unique constraints apply between them.
template <class Domain>
void live_and_compare(rig::node& n, const rig::test_database& db, filler& f) {
  const std::array<uuid, 2> ids{uuid::make(), uuid::make()};
  for (const auto& id : ids)
    live<Domain>(n, db, f, id);
  for (const auto& id : ids)
    compare<Domain>(n, db, id);
}

template <class... Domains>
void live_and_compare(rig::node& n, const rig::test_database& db, filler& f, kind_list<Domains...>) {
  (live_and_compare<Domains>(n, db, f), ...);
}

} // namespace

TEST(read_models, are_what_a_replay_of_random_lives_projects) {
  rig::test_database db;
  // Commands name random objects, which need not exist: disable the foreign keys.
  db.ask("do $$ begin execute format('alter database %I set session_replication_role = replica', current_database()); "
         "end $$");
  rig::node n{db};
  add_kinds(n.host);
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  filler f{seed};
  live_and_compare(n, db, f, all_kinds{});
}
