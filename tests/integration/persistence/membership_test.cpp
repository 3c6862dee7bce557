#include "persistence/membership.hpp"

#include "persistence/session.hpp"
#include "tests/support/rig.hpp"

#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using namespace ainft::runtime::cluster;
using std::chrono::milliseconds;

/// A node with a keeper.
struct kept {
  kept(
    const test_database& db, const std::string& name, milliseconds lease = milliseconds{3'000},
    std::function<size_t()> foreign = [] { return size_t{0}; })
    : self{uuid::make()}, keeper{self, settings_of(db, name, lease, std::move(foreign))} {
    keeper.join(1);
    keeper.start();
  }

  persistence::membership_settings settings_of(const test_database& db, const std::string& name, milliseconds lease,
                                               std::function<size_t()> foreign) {
    member m;
    m.node = self.self();
    m.name = name;
    m.host = "127.0.0.1";
    m.roles = {role::front, role::entities, role::workers};
    return {db.url(),
            m,
            lease,
            milliseconds{100},
            std::move(foreign),
            [this](const std::string& why) {
              std::lock_guard guard{mutex};
              death = why;
            },
            {}};
  }

  std::string died() {
    std::lock_guard guard{mutex};
    return death;
  }
  size_t members() { return self.now()->who().members.size(); }

  std::mutex mutex;
  std::string death;
  local_shards self;
  persistence::membership_keeper keeper;
};

/// The end of the node's lease. Each heartbeat extends it.
std::string lease_of(const test_database& db, const kept& k) {
  return db.ask("select lease_until from cluster_nodes where node = '" + k.self.self().str() + "'");
}

std::string at(const test_database& db, const kept& k) {
  return db.ask("select at from cluster_nodes where node = '" + k.self.self().str() + "'");
}

/// A node without a keeper: a row with a lease of `seconds`.
uuid row(const test_database& db, const std::string& name, int seconds) {
  const auto id = uuid::make();
  db.ask("select cluster_join('" + id.str() + "', '" + name + "', 'h', 1, '{entities}', '', '', '"
         + std::to_string(seconds) + " seconds')");
  return id;
}

std::string standing_of(const test_database& db, const uuid& id) {
  return db.ask("select at from cluster_nodes where node = '" + id.str() + "'");
}

} // namespace

TEST(membership, is_known_to_all_and_settled_soon_after_somebody_comes) {
  test_database db;
  kept one{db, "one"};
  kept two{db, "two"};
  until([&] { return one.members() == 2 && two.members() == 2; }, "both knowing both");
  EXPECT_EQ(one.self.now()->epoch(), two.self.now()->epoch());
  until([&] { return one.self.is_open() && two.self.is_open(); }, "both being settled");
  EXPECT_EQ(one.self.now()->shards_of(one.self.self()) + one.self.now()->shards_of(two.self.self()), shard_count);
  EXPECT_TRUE(one.self.may_serve());
}

TEST(membership, is_not_settled_while_something_of_another_s_is_still_there) {
  test_database db;
  std::atomic<size_t> left{3};
  kept one{db, "one", milliseconds{3'000}, [&] { return left.load(); }};
  kept two{db, "two"};
  until([&] { return two.members() == 2; }, "the second knowing both");
  for (int i = 0; i < 2; ++i)
    until([&, before = lease_of(db, one)] { return lease_of(db, one) != before; }, "a beat of the first");
  EXPECT_FALSE(two.self.is_open());
  left = 0;
  until([&] { return two.self.is_open(); }, "the second being given its part");
}

TEST(membership, ends_a_node_whose_lease_ran_out) {
  test_database db;
  const auto gone = row(db, "gone", 1);
  kept one{db, "one", milliseconds{1'000}};
  until([&] { return standing_of(db, gone) == "dead"; }, "its end");
  EXPECT_EQ(db.ask("select end_reason from cluster_nodes where node = '" + gone.str() + "'"), "its lease ran out");
  until([&] { return one.members() == 1; }, "the other knowing");
}

TEST(membership, does_not_let_a_node_judge_that_is_late_itself) {
  test_database db;
  const auto late = row(db, "late", 1), other = row(db, "other", -1);
  // The lease of `late` has only one of ten seconds left, so it renews late. The cause of its delay can also have
  // delayed `other`.
  db.ask("select cluster_beat('" + late.str() + "', '10 seconds', 0, true)");
  EXPECT_EQ(standing_of(db, other), "active");
  db.ask("select cluster_beat('" + late.str() + "', '10 seconds', 0, true)");
  EXPECT_EQ(standing_of(db, other), "dead") << "now it is in time";
}

TEST(membership, ends_a_node_that_as_many_as_are_needed_cannot_reach) {
  test_database db;
  const auto suspect = [&](const uuid& who, const uuid& by) {
    return db.ask("select cluster_suspect('" + who.str() + "', '" + by.str() + "', '1 minute')");
  };
  std::vector<uuid> all;
  for (int i = 0; i < 5; ++i)
    all.push_back(row(db, "n" + std::to_string(i), 60));
  // Three of five votes are needed.
  EXPECT_EQ(suspect(all[0], all[1]), "f");
  EXPECT_EQ(suspect(all[0], all[1]), "f") << "nobody has two votes";
  EXPECT_EQ(suspect(all[0], all[2]), "f");
  EXPECT_EQ(suspect(all[0], all[3]), "t");
  EXPECT_EQ(standing_of(db, all[0]), "dead");
  EXPECT_EQ(suspect(all[1], all[0]), "f") << "the dead have no votes";
  // Three of four, two of three, and one of two: the first node to vote stays.
  EXPECT_EQ(suspect(all[1], all[2]), "f");
  EXPECT_EQ(suspect(all[1], all[3]), "f");
  EXPECT_EQ(suspect(all[1], all[4]), "t");
  EXPECT_EQ(suspect(all[2], all[3]), "f");
  EXPECT_EQ(suspect(all[2], all[4]), "t");
  EXPECT_EQ(suspect(all[3], all[4]), "t");
  EXPECT_EQ(suspect(all[4], all[3]), "f");
  EXPECT_EQ(standing_of(db, all[4]), "active");
}

TEST(membership, tells_a_node_that_it_is_dead_and_it_serves_nothing_any_more) {
  test_database db;
  kept one{db, "one"};
  until([&] { return one.self.is_open(); }, "its being settled");
  db.ask("select cluster_end(array['" + one.self.self().str() + "'::uuid], 'a test said so')");
  until([&] { return !one.died().empty(); }, "its hearing of it");
  EXPECT_EQ(one.died(), "the node was declared dead (a test said so)");
  EXPECT_FALSE(one.self.may_serve());
}

TEST(membership, takes_a_node_of_the_same_name_for_its_next_life) {
  test_database db;
  const auto first = row(db, "same", 60), second = row(db, "same", 60);
  EXPECT_EQ(standing_of(db, first), "dead");
  EXPECT_EQ(standing_of(db, second), "active");
}

TEST(membership, leaves_when_the_others_have_what_it_had) {
  test_database db;
  kept one{db, "one"}, two{db, "two"};
  until([&] { return one.members() == 2 && one.self.is_open() && two.self.is_open(); }, "both being settled");
  two.keeper.leave(milliseconds{5'000});
  EXPECT_EQ(at(db, two), "leaving");
  until([&] { return one.self.now()->shards_of(one.self.self()) == shard_count && one.self.is_open(); },
        "the first having all");
  two.keeper.stop();
  EXPECT_EQ(at(db, two), "dead");
}

TEST(membership, ends_nobody_while_the_database_was_away_for_all) {
  test_database db;
  kept one{db, "one", milliseconds{1'000}}, two{db, "two", milliseconds{1'000}};
  until([&] { return one.self.is_open() && two.self.is_open(); }, "both being settled");
  // The test cuts the connections of both repeatedly, for longer than a lease.
  pqxx::connection admin{db.url()};
  for (int i = 0; i < 30; ++i) {
    pqxx::nontransaction{admin}.exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                                     "current_database() and pid <> pg_backend_pid()");
    std::this_thread::sleep_for(milliseconds{50});
  }
  until([&] { return one.self.may_serve() && two.self.may_serve(); }, "both serving again");
  EXPECT_EQ(at(db, one), "active");
  EXPECT_EQ(at(db, two), "active");
  EXPECT_TRUE(one.died().empty() && two.died().empty());
}

TEST(membership, says_that_it_leaves_again_when_the_database_did_not_take_it) {
  test_database db;
  kept one{db, "one"};
  kept two{db, "two"};
  until([&] { return one.self.is_open() && two.self.is_open(); }, "both being settled");
  db.ask(
    "create function refuse_leaving() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$");
  db.ask("create trigger no_leaving before update on cluster_nodes for each row when (new.at = 'leaving') execute "
         "function refuse_leaving()");
  one.keeper.begin_leaving();
  for (int i = 0; i < 3; ++i)
    until([&, before = lease_of(db, one)] { return lease_of(db, one) != before; }, "a beat");
  EXPECT_EQ(at(db, one), "active");
  db.ask("drop trigger no_leaving on cluster_nodes");
  until([&] { return at(db, one) == "leaving"; }, "the node leaving");
}
