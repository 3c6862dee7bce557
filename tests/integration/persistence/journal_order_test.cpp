// The journal's order after a move to another database: docs/adr/0012.
#include "persistence/journal_reader.hpp"
#include "runtime/follower.hpp"
#include "tests/support/rig.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using persistence::continue_journal;
using testing::HasSubstr;

follower start_counting(node& n, std::atomic<int>& seen) {
  auto out = start_follower(n.system, n.log,
                            {"counting",
                             {"counter.added"},
                             [&seen](const followed_event&, std::function<void(caf::error)> done) {
                               ++seen;
                               done({});
                             },
                             std::chrono::milliseconds{20}});
  n.others.push_back(out.actor);
  return out;
}

/// The state after a restore into a new PostgreSQL cluster: stored values lie far ahead of the next transaction ids.
void move_ahead(const test_database& db) {
  db.ask("alter table journal disable trigger all");
  db.ask("update journal set transaction = (transaction::text::bigint + 900000000000)::text::xid8");
  db.ask("update follower_cursors set transaction = transaction + 900000000000");
  db.ask("alter table journal enable trigger all");
}

/// The number of pairs of one entity's events that are in the wrong order.
std::string out_of_order(const test_database& db) {
  return db.ask(
    "select count(*) from journal a join journal b on b.entity_id = a.entity_id and b.sequence = a.sequence + 1 "
    "where (b.transaction, b.position) <= (a.transaction, a.position)");
}

journal_cursor end_of(const test_database& db) {
  persistence::session s{db.url()};
  return persistence::cursor_before_last(s, 0);
}

} // namespace

TEST(journal_order, goes_on_after_a_restore_into_a_cluster_with_lower_transaction_ids) {
  test_database db;
  const auto id = uuid::make();
  std::atomic<int> before{0}, after{0};
  {
    node n{db};
    start_counting(n, before);
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(n.give(id, counter::add{1}).get());
    until(
      [&] {
        return before == 3
               && db.ask("select max(transaction) from follower_cursors")
                    == db.ask("select max(transaction::text::bigint) from journal");
      },
      "the first events");
  }
  move_ahead(db);
  node n{db};
  start_counting(n, after);
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
  until([&] { return after == 5; }, "the events after the restore");
  EXPECT_EQ(out_of_order(db), "0");
  EXPECT_EQ(n.view(id).total, 8);
}

TEST(journal_order, shows_all_that_was_restored_at_once) {
  test_database db;
  {
    node n{db};
    ASSERT_TRUE(n.give(uuid::make(), counter::add{1}).get());
  }
  move_ahead(db);
  persistence::session s{db.url()};
  EXPECT_THAT(continue_journal(s).value_or(""), HasSubstr("ahead of this database's transaction ids"));
  EXPECT_EQ(end_of(db).position, 1u);
  EXPECT_EQ(continue_journal(s), std::nullopt) << "once is enough";
}

TEST(journal_order, keeps_its_base_while_older_transactions_are_open) {
  test_database db;
  persistence::session s{db.url()};
  pqxx::connection other{db.url()};
  pqxx::work open{other};
  open.exec("select pg_current_xact_id()");
  node n{db};
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(n.give(uuid::make(), counter::add{1}).get());
  EXPECT_EQ(continue_journal(s), std::nullopt);
  EXPECT_EQ(db.ask("select base from journal_origin"), "0");
}

TEST(journal_order, is_right_in_a_copy_of_the_database_in_the_same_cluster) {
  test_database db;
  const auto id = uuid::make();
  {
    node n{db};
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
  }
  test_database copy{db};
  persistence::session s{copy.url()};
  EXPECT_THAT(continue_journal(s).value_or(""), HasSubstr("restored, copied or promoted"));
  EXPECT_EQ(continue_journal(s), std::nullopt);
  std::atomic<int> seen{0};
  node n{copy};
  start_counting(n, seen);
  ASSERT_TRUE(n.give(id, counter::add{1}).get());
  until([&] { return seen == 2; }, "both events");
  EXPECT_EQ(out_of_order(copy), "0");
  persistence::session of_db{db.url()}, of_copy{copy.url()};
  EXPECT_TRUE(persistence::is_place(of_copy, end_of(db))) << "it was there when the copy was made";
  EXPECT_TRUE(persistence::is_place(of_copy, end_of(copy)));
  EXPECT_TRUE(persistence::is_place(of_copy, {}));
  EXPECT_FALSE(persistence::is_place(of_db, end_of(copy))) << "of the copy's own life";
}

TEST(journal_order, changes_its_base_when_nobody_writes) {
  test_database db;
  pqxx::connection writer{db.url()};
  pqxx::work open{writer};
  open.exec("insert into journal (entity_id, sequence, kind, type, version, payload, at) values (gen_random_uuid(), 1, "
            "'counter', 'added', 1, '{}', now())");
  std::atomic<bool> done{false};
  std::thread step{[&] {
    db.ask("select journal_continue(true)");
    done = true;
  }};
  until(
    [&] { return db.ask("select count(*) from pg_locks where relation = 'journal'::regclass and not granted") == "1"; },
    "the wait for the writer");
  EXPECT_FALSE(done);
  open.commit();
  step.join();
  EXPECT_EQ(db.ask("select count(*) from journal where transaction >= (select base::text::xid8 from journal_origin)"),
            "0");
  EXPECT_EQ(end_of(db).position, 1u);
}

TEST(journal_order, gives_out_positions_after_those_that_are_stored) {
  test_database db;
  db.ask("insert into journal (position, transaction, entity_id, sequence, kind, type, version, payload, at) "
         "overriding system value "
         "values (5000, '900000000000', gen_random_uuid(), 1, 'counter', 'added', 1, '{}', now())");
  persistence::session s{db.url()};
  EXPECT_TRUE(continue_journal(s));
  node n{db};
  ASSERT_TRUE(n.give(uuid::make(), counter::add{1}).get());
  EXPECT_GT(end_of(db).position, 5000u);
}
