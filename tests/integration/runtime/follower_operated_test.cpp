// What operators do to a follower: rewind it, and skip an event.
#include "runtime/parking.hpp"
#include "tests/support/followers.hpp"

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

std::future<result<caf::unit_t>> rewind_to(node& n, const caf::actor& follower, const journal_cursor& to) {
  auto promise = std::make_shared<std::promise<result<caf::unit_t>>>();
  auto out = promise->get_future();
  n.port.ask(follower, caf::make_message(rewind_follower{to}), std::chrono::seconds{20},
             [promise](const result<caf::message>& got) {
               promise->set_value(got ? result<caf::unit_t>{caf::unit} : result<caf::unit_t>{got.error()});
             });
  return out;
}

/// A follower whose events fail with a transient error, and are retried in place until the test heals the clerk.
caf::actor start_patient(node& n, clerk& c) {
  auto s = served_by(c);
  s.retries.patience = std::chrono::hours{1};
  return follow(n, std::move(s));
}

std::string cursor_in(const test_database& db) {
  return db.ask("select coalesce(max(position), 0) from follower_cursors where follower = 'clerk'");
}

} // namespace

TEST(follower, loses_nothing_when_a_rewind_fails) {
  test_database db;
  clerk c;
  node n{db};
  const auto ids = some_ids(3);
  c.fail(ids, errc::unavailable);
  const auto follower = start_patient(n, c);
  add_ones(n, ids, 2);
  until([&] { return c.failed() >= 3; }, "attempts at each key");
  db.ask(
    "create function refuse_cursors() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$");
  db.ask("create trigger no_cursors before insert or update on follower_cursors for each row execute "
         "function refuse_cursors()");
  const auto done = rewind_to(n, follower, {}).get();
  ASSERT_FALSE(done);
  EXPECT_EQ(explain(done.error()).code, errc::unavailable);
  db.ask("drop trigger no_cursors on follower_cursors");
  c.heal();
  until([&] { return std::all_of(ids.begin(), ids.end(), [&](const uuid& id) { return c.of(id) == "1 2 "; }); },
        "all events");
  until([&] { return cursor_in(db) == "6"; }, "the cursor behind them");
}

TEST(follower, takes_one_rewind_at_a_time) {
  test_database db;
  clerk c;
  node n{db};
  const auto id = uuid::make();
  const auto follower = start_patient(n, c);
  add_ones(n, id, 3);
  until([&] { return c.of(id) == "1 2 3 " && cursor_in(db) == "3"; }, "all events, and the cursor");
  pqxx::connection other{db.url()};
  pqxx::work lock{other};
  lock.exec("lock table follower_cursors in exclusive mode");
  auto first = rewind_to(n, follower, {});
  until([&] { return db.ask("select count(*) from pg_locks where not granted") != "0"; }, "the first rewind's wait");
  const auto second = rewind_to(n, follower, {1, 1}).get();
  ASSERT_FALSE(second);
  EXPECT_EQ(explain(second.error()).code, errc::unavailable);
  lock.commit();
  ASSERT_TRUE(first.get());
  until([&] { return c.of(id) == "1 2 3 1 2 3 "; }, "all events again");
}

TEST(follower, skips_the_event_that_the_operator_names_alone) {
  test_database db;
  clerk c;
  node n{db};
  const auto ids = some_ids(2);
  const auto &first = ids[0], &second = ids[1];
  c.fail(ids, errc::unavailable);
  const auto follower = start_patient(n, c);
  EXPECT_EQ(ask_follower_of<follower_status>(n, follower, skip_event{first}).failing, "") << "nothing fails yet";
  add_ones(n, ids, 2);
  until([&] { return c.failed() >= 2; }, "attempts at both");
  until([&] { return ask_follower_of<follower_status>(n, follower, ask_follower{}).failing_entity == first; },
        "the status");
  EXPECT_EQ(ask_follower_of<follower_status>(n, follower, skip_event{second}).failing, "") << "not the oldest one";
  const auto skipped = ask_follower_of<follower_status>(n, follower, skip_event{first});
  EXPECT_EQ(skipped.failing, "counter.added");
  EXPECT_EQ(skipped.failing_entity, first);
  c.heal();
  until([&] { return c.of(first) == "2 " && c.of(second) == "1 2 "; }, "all others");
}

// A retry can handle a key's first event while the cursor is still before it, because an older event is not finished.
// After a restart, the follower reads that event again, and parks it behind the others of its key.
TEST(follower, parks_an_event_that_it_reads_again_before_the_later_ones_of_its_key) {
  test_database db;
  clerk before, after;
  const auto id = uuid::make();
  {
    node n{db};
    before.fail(id, errc::internal);
    follow(n, served_by(before));
    add_ones(n, id, 3);
    until([&] { return db.ask("select count(*) from follower_parked_events") == "3"; }, "the parked events");
  }
  db.ask("delete from follower_parked_events where sequence = 1");
  db.ask("delete from follower_cursors");
  db.ask("update follower_parked_keys set next_attempt_at = now() + interval '1 hour'");
  node n{db};
  const auto follower = follow(n, served_by(after));
  until([&] { return db.ask("select count(*) from follower_parked_events") == "3"; }, "the event that is parked again");
  EXPECT_TRUE(ask_follower_of<bool>(n, follower, release_parked{id, {}}));
  until([&] { return after.of(id) == "1 2 3 "; }, "all in order");
}
