#include "tests/support/rig.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using std::chrono::milliseconds;

errc code_of(const result<answer>& r) { return r ? errc::none : explain(r.error()).code; }

std::string sequences(const test_database& db, const uuid& id) {
  return db.ask("select string_agg(sequence::text, ',' order by sequence) from journal where entity_id = '" + id.str()
                + "'");
}

time_point soon(milliseconds after) { return system_clock().now() + after; }

std::future<result<answer>> give_before(node& n, const uuid& id, time_point deadline) {
  command_context context;
  context.deadline = deadline;
  return n.ask(id, command_message(context, counter::add{1}));
}

/// While it lives, PostgreSQL accepts no appends, but answers all other queries.
class stalled_journal {
public:
  explicit stalled_journal(const test_database& db) : connection_{db.url()}, open_{connection_} {
    open_.exec("lock table journal in exclusive mode");
  }

private:
  pqxx::connection connection_;
  pqxx::work open_;
};

/// The entity's version with the events in flight.
uint64_t decided_version(node& n, const uuid& id) {
  const auto got = n.ask(id, caf::make_message(inspect_entity{})).get();
  return got ? nlohmann::json::parse(got->body).at("decided").get<uint64_t>() : 0;
}

milliseconds time_of(const std::function<void()>& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
}

} // namespace

TEST(entity, refuses_a_command_after_its_deadline_and_changes_nothing) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  EXPECT_EQ(code_of(give_before(n, id, soon(milliseconds{-1})).get()), errc::unavailable);
  EXPECT_EQ(db.ask("select count(*) from journal"), "0");
  EXPECT_EQ(code_of(give_before(n, id, soon(std::chrono::seconds{20})).get()), errc::none);
}

TEST(entity, refuses_in_time_what_the_journal_cannot_write_and_does_nothing_of_it_later) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{1}).get());
  {
    const stalled_journal stall{db};
    std::vector<std::future<result<answer>>> answers;
    const auto took = time_of([&] {
      for (int i = 0; i < 20; ++i) {
        answers.push_back(give_before(n, i % 2 == 0 ? uuid::make() : id, soon(milliseconds{1'000})));
        std::this_thread::sleep_for(milliseconds{20});
      }
      for (auto& a : answers)
        EXPECT_EQ(code_of(a.get()), errc::unavailable);
    });
    EXPECT_LT(took, milliseconds{4'000});
  }
  // The next append is written after everything that was still in transit.
  const auto last = n.give(id, counter::add{1}).get();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->version, 2u);
  EXPECT_EQ(db.ask("select count(*) from journal"), "2");
  EXPECT_EQ(n.view(id).total, 2);
  EXPECT_EQ(n.log.writers.front().queue->waiting(), 0u);
}

TEST(entity, refuses_at_once_when_others_have_waited_for_longer_than_it_may) {
  test_database db;
  node n{db};
  std::future<result<answer>> patient;
  {
    const stalled_journal stall{db};
    patient = n.give(uuid::make(), counter::add{1});
    const auto& queue = *n.log.writers.front().queue;
    until([&] { return queue.age() > milliseconds{3'200}; }, "a long wait");
    const auto took = time_of(
      [&] { EXPECT_EQ(code_of(give_before(n, uuid::make(), soon(milliseconds{3'000})).get()), errc::unavailable); });
    EXPECT_LT(took, milliseconds{2'500}) << "not only when its own time is up";
  }
  EXPECT_EQ(code_of(patient.get()), errc::none);
  EXPECT_EQ(code_of(give_before(n, uuid::make(), soon(std::chrono::seconds{9})).get()), errc::none);
  EXPECT_EQ(db.ask("select count(*) from journal"), "2");
}

TEST(entity, refuses_what_its_own_queue_or_the_journal_s_has_no_room_for) {
  test_database db;
  entity_settings few;
  few.in_flight_limit = 3;
  node n{db, few};
  const auto id = uuid::make();
  std::vector<std::future<result<answer>>> answers;
  {
    const stalled_journal stall{db};
    for (int i = 0; i < 5; ++i)
      answers.push_back(n.give(id, counter::add{1}));
    EXPECT_EQ(code_of(answers[3].get()), errc::unavailable);
    EXPECT_EQ(code_of(answers[4].get()), errc::unavailable);
    auto& queue = *n.log.writers.front().queue;
    while (!queue.is_full())
      queue.enter();
    EXPECT_EQ(code_of(n.give(uuid::make(), counter::add{1}).get()), errc::unavailable);
    while (queue.waiting() > 3)
      queue.leave();
  }
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(code_of(answers[i].get()), errc::none);
  EXPECT_EQ(n.view(id).total, 3);
  EXPECT_EQ(db.ask("select count(*) from journal"), "3");
}

TEST(entity, answers_after_the_commit_and_is_there_again_after_a_restart) {
  test_database db;
  const auto id = uuid::make();
  {
    node n{db};
    const auto answered = n.give(id, counter::add{3}).get();
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->version, 1u);
    EXPECT_EQ(db.ask("select count(*) from journal"), "1");
    EXPECT_EQ(db.ask("select total from counters"), "3");
  }
  node again{db};
  EXPECT_EQ(again.view(id).total, 3);
}

TEST(entity, decides_on_top_of_what_is_in_flight_and_answers_in_order) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  std::vector<std::future<result<answer>>> answers;
  for (int i = 0; i < 200; ++i)
    answers.push_back(n.give(id, counter::add{1}));
  for (uint64_t i = 0; i < answers.size(); ++i) {
    const auto got = answers[i].get();
    ASSERT_TRUE(got);
    EXPECT_EQ(got->version, i + 1);
  }
  EXPECT_EQ(n.view(id).total, 200);
  EXPECT_EQ(db.ask("select max(total) from counters"), "200");
}

TEST(entity, that_does_not_exist_is_not_found_and_stays_nothing) {
  test_database db;
  node n{db};
  EXPECT_EQ(code_of(n.look_at(uuid::make()).get()), errc::not_found);
  EXPECT_EQ(db.ask("select count(*) from journal"), "0");
}

TEST(entity, drops_everything_that_was_decided_on_an_append_that_failed) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{990}).get());
  // The second command breaks a rule of the read model. The third one is decided on top of it, because the journal does
  // not answer before.
  std::future<result<answer>> breaks, follows;
  {
    const stalled_journal stall{db};
    breaks = n.give(id, counter::add{10});
    follows = n.give(id, counter::add{1});
    until([&] { return decided_version(n, id) == 3; }, "both decisions");
  }
  EXPECT_EQ(code_of(breaks.get()), errc::conflict);
  EXPECT_EQ(code_of(follows.get()), errc::unavailable);
  EXPECT_EQ(n.view(id).total, 990);
  ASSERT_TRUE(n.give(id, counter::add{9}).get());
  EXPECT_EQ(n.view(id).total, 999);
  EXPECT_EQ(sequences(db, id), "1,2");
}

TEST(entity, is_not_held_up_by_another_one_s_failure_in_the_same_batch) {
  test_database db;
  node n{db};
  std::vector<uuid> ids;
  std::vector<std::future<result<answer>>> answers;
  for (int i = 0; i < 40; ++i) {
    ids.push_back(uuid::make());
    answers.push_back(n.give(ids.back(), counter::add{i % 10 == 3 ? 5'000 : 1}));
  }
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(code_of(answers[static_cast<size_t>(i)].get()), i % 10 == 3 ? errc::conflict : errc::none) << i;
  EXPECT_EQ(db.ask("select count(*) from journal"), "36");
}

TEST(entity, with_two_owners_is_written_by_one_and_the_other_reloads) {
  test_database db;
  node one{db}, two{db};
  const auto id = uuid::make();
  ASSERT_TRUE(one.give(id, counter::add{1}).get());
  EXPECT_EQ(two.view(id).total, 1);
  ASSERT_TRUE(one.give(id, counter::add{10}).get());
  // `two` still has a state in which the total is 1.
  EXPECT_EQ(code_of(two.give(id, counter::add{100}).get()), errc::append_conflict);
  const auto again = two.give(id, counter::add{100}).get();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version, 3u);
  EXPECT_EQ(two.view(id).total, 111);
  EXPECT_EQ(sequences(db, id), "1,2,3");
}

TEST(entity, that_begins_with_an_id_that_is_in_the_journal_already_writes_nothing_over_it) {
  test_database db;
  node one{db};
  const auto id = uuid::make();
  ASSERT_TRUE(one.give(id, counter::add{1}).get());
  node two{db};
  (void)two.host.begin(counter::domain::kind, id); // this actor assumes that the journal has nothing
  EXPECT_EQ(code_of(two.give(id, counter::add{100}).get()), errc::append_conflict);
  const auto again = two.give(id, counter::add{100}).get();
  ASSERT_TRUE(again);
  EXPECT_EQ(two.view(id).total, 101);
  EXPECT_EQ(sequences(db, id), "1,2");
}

TEST(entity, takes_a_snapshot_and_loads_from_it) {
  test_database db;
  const auto id = uuid::make();
  {
    node n{db, {std::chrono::minutes{1}, 10}};
    for (int i = 0; i < 25; ++i)
      ASSERT_TRUE(n.give(id, counter::add{1}).get());
  }
  EXPECT_EQ(db.ask("select sequence from snapshots"), "20");
  node again{db};
  EXPECT_EQ(again.view(id).total, 25);
  const auto next = again.give(id, counter::add{1}).get();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->version, 26u);
}

TEST(entity, does_without_a_snapshot_that_cannot_be_read) {
  test_database db;
  const auto id = uuid::make();
  {
    node n{db, {std::chrono::minutes{1}, 10}};
    for (int i = 0; i < 12; ++i)
      ASSERT_TRUE(n.give(id, counter::add{1}).get());
  }
  db.ask("update snapshots set state = '[]'");
  node again{db};
  EXPECT_EQ(again.view(id).total, 12);
}

TEST(entity, leaves_memory_when_idle_and_loses_no_message_by_it) {
  test_database db;
  node n{db, {milliseconds{30}, 100}};
  const auto id = uuid::make();
  int64_t total = 0;
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
    ++total;
    std::this_thread::sleep_for(milliseconds{i % 4 * 15}); // close to the idle timeout
  }
  EXPECT_EQ(n.view(id).total, total);
  until([&] { return n.host.count() == 0; }, "leaving memory");
}

TEST(entity, keeps_its_deadline_to_the_moment) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  const auto due = soon(milliseconds{300});
  ASSERT_TRUE(n.give(id, counter::set_bell{due}).get());
  EXPECT_EQ(db.ask("select count(*) from deadlines"), "1");
  until([&] { return n.view(id).rings == 1; }, "the ringing");
  EXPECT_GE(system_clock().now(), due);
  EXPECT_EQ(db.ask("select count(*) from deadlines"), "0");
}

TEST(entity, keeps_a_deadline_that_came_while_the_node_was_down) {
  test_database db;
  const auto id = uuid::make();
  const auto due = soon(milliseconds{200});
  {
    node n{db};
    ASSERT_TRUE(n.give(id, counter::set_bell{due}).get());
    // The node stops before the deadline.
  }
  until([&] { return system_clock().now() > due; }, "the time that it is due");
  node n{db};
  n.others.push_back(persistence::start_deadline_sweeper(n.system, n.db, n.entities));
  until([&] { return db.ask("select count(*) from journal where type = 'rang'") == "1"; }, "the ringing");
  EXPECT_EQ(n.view(id).rings, 1);
}

TEST(entity, shows_operators_what_it_is) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{5}).get());
  const auto got = n.ask(id, caf::make_message(inspect_entity{})).get();
  ASSERT_TRUE(got);
  const auto shown = nlohmann::json::parse(got->body);
  EXPECT_EQ(shown["kind"], "counter");
  EXPECT_EQ(shown["version"], 1);
  EXPECT_EQ(shown["state"]["total"], 5);
}

// A node of the previous version, during a rolling upgrade.
TEST(entity, with_an_event_of_a_later_version_is_refused_and_not_quarantined) {
  test_database db;
  const auto id = uuid::make(), other = uuid::make();
  {
    node n{db};
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
    ASSERT_TRUE(n.give(other, counter::add{1}).get());
  }
  const auto write_later = [&](const uuid& to, const char* type, int version) {
    db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('" + to.str()
           + "', 2, 'counter', '" + type + "', " + std::to_string(version) + ", '{\"n\":1}', now())");
  };
  write_later(id, "added", 2);
  write_later(other, "doubled", 1);
  entity_settings quick;
  quick.rest_timeout = milliseconds{200};
  node old{db, quick};
  for (const auto& each : {id, other})
    for (uint32_t i = 0; i < 3 * quarantine::most_failures; ++i) {
      EXPECT_EQ(code_of(old.look_at(each).get()), errc::unknown_message);
      EXPECT_EQ(code_of(old.give(each, counter::add{1}).get()), errc::unknown_message);
      if (i % 3 == 2)
        until([&] { return old.host.count() == 0; }, "their leaving memory");
    }
  EXPECT_TRUE(old.host.quarantine().all().empty());
  EXPECT_EQ(sequences(db, id), "1,2");
  EXPECT_THAT(explain(old.look_at(id).get().error()).detail, testing::HasSubstr("version 2 of the event added"));
  EXPECT_THAT(explain(old.look_at(other).get().error()).detail, testing::HasSubstr("the event doubled"));
  // An entity that refuses messages does not prevent the node from handing its entities over.
  old.host.passivate_all();
  until([&] { return old.host.count() == 0; }, "their leaving memory");
  // The node serves the entity as soon as it can read its journal.
  db.ask("alter table journal disable trigger all");
  db.ask("update journal set version = 1 where entity_id = '" + id.str() + "'");
  EXPECT_EQ(old.view(id).total, 2);
}

// Without this a node could not end: the entity waited for the database forever.
TEST(entity_host, lets_go_of_an_entity_that_cannot_be_loaded_when_it_closes) {
  test_database db;
  node n{db};
  for (const auto& r : n.log.loads)
    caf::anon_send_exit(r, caf::exit_reason::user_shutdown);
  auto answer = n.look_at(uuid::make());
  ASSERT_EQ(n.host.count(), 1u);
  n.host.close();
  until([&] { return n.host.count() == 0; }, "the end of the entity");
  EXPECT_EQ(code_of(answer.get()), errc::unavailable);
}

TEST(entity_host, starts_no_entity_after_it_has_closed) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{1}).get());
  n.host.close();
  until([&] { return n.host.count() == 0; }, "the end of the entity");
  EXPECT_EQ(code_of(n.give(id, counter::add{1}).get()), errc::unavailable);
  EXPECT_EQ(code_of(n.look_at(uuid::make()).get()), errc::unavailable);
  EXPECT_EQ(n.host.count(), 0u);
  EXPECT_EQ(sequences(db, id), "1");
}
