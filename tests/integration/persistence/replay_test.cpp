// Whatever the commands, the rows of the read models equal the projection of a replay of the journal. This is the
// PostgreSQL part of tests/unit/actors/replay_test.cpp.
#include "persistence/replay.hpp"

#include "actors/capability.hpp"
#include "tests/support/replay_tests.hpp"
#include "tests/support/rig.hpp"

namespace {

using namespace ainft;
using random_values::filler;
using replay_tests::kind;
using runtime::answer;
using runtime::uuid;

answer ask(rig::node& n, std::string_view kind, const uuid& id, caf::message m) {
  std::promise<answer> got;
  n.port.ask(n.host.find(kind, id), std::move(m), std::chrono::seconds{20},
             // Refusals are fine, too.
             [&](runtime::result<caf::message> r) { got.set_value(r ? r->get_as<answer>(0) : answer{}); });
  return got.get_future().get();
}

/// An entity's state as JSON; null if it does not exist, because its state then has invalid values.
nlohmann::json state_of(rig::node& n, const kind& k, const uuid& id) {
  const auto seen = nlohmann::json::parse(ask(n, k.name, id, caf::make_message(runtime::inspect_entity{})).body);
  return seen.at("version") == 0 ? nlohmann::json{} : seen.at("state");
}

bool exists(const rig::test_database& db, std::string_view kind, const uuid& id) {
  return db.ask("select count(*) from journal where kind = '" + std::string{kind} + "' and entity_id = '" + id.str()
                + "'")
         != "0";
}

/// Gives commands until the entity exists, and then some more.
void live(rig::node& n, const rig::test_database& db, filler& f, const kind& k, const uuid& id) {
  constexpr int commands = 60, tries = 600;
  bool is_there = false;
  for (int given = 0, tried = 0; given < commands && tried < tries; ++tried) {
    f.now = runtime::system_clock().now();
    auto command = k.command_for(f, state_of(n, k, id), id);
    if (is_there || command.creates) {
      ask(n, k.name, id, std::move(command.message));
      is_there = is_there || exists(db, k.name, id);
    }
    given += is_there;
  }
}

void compare(rig::node& n, const rig::test_database& db, const kind& k, const uuid& id) {
  persistence::session s{db.url()};
  const auto events = persistence::read_events(s, k.name, id);
  EXPECT_FALSE(events.empty()) << "no " << k.name << " was made: the commands are too bad";
  if (events.empty())
    return;
  const auto told = n.host.replay(k.name, events);
  ASSERT_TRUE(told) << runtime::explain(told.error()).detail;
  EXPECT_EQ(nlohmann::json::parse(told->states.back()), nlohmann::json::parse(k.rewritten(state_of(n, k, id))))
    << k.name;
  for (const auto& d : persistence::compare_rows(s, k.name, id, *told))
    ADD_FAILURE() << k.name << ", " << d.table << ": the journal says " << d.expected << ", there is " << d.found;
}

/// Compares two entities of a kind, because unique constraints apply between them.
void live_and_compare(rig::node& n, const rig::test_database& db, filler& f, const kind& k) {
  const std::array<uuid, 2> ids{uuid::make(), uuid::make()};
  for (const auto& id : ids)
    live(n, db, f, k, id);
  for (const auto& id : ids)
    compare(n, db, k, id);
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
  for (const auto* k : all_of(&capability::kinds))
    live_and_compare(n, db, f, replay_tests::kinds().at(k->name));
}
