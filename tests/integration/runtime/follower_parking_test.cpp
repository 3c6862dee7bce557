#include "runtime/parking.hpp"
#include "tests/support/followers.hpp"

#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <atomic>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

std::string keys_in(const test_database& db) { return db.ask("select count(*) from follower_parked_keys"); }
std::string events_in(const test_database& db) { return db.ask("select count(*) from follower_parked_events"); }

double parked_gauge(node& n) {
  return static_cast<double>(
    n.system.metrics().gauge_instance("ainft", "follower_parked", {{"follower", "clerk"}}, "")->value());
}

} // namespace

TEST(follower, parks_a_key_that_fails_and_goes_on_with_all_others) {
  for (const auto why : {errc::internal, errc::quarantined, errc::none, errc::unavailable}) {
    test_database db;
    clerk c;
    node n{db};
    const auto ids = some_ids(12);
    const auto& poison = ids[3];
    c.fail(poison, why);
    follow(n, served_by(c));
    for (int round = 0; round < 3; ++round)
      add_ones(n, ids, 1);
    until(
      [&] {
        return std::all_of(ids.begin(), ids.end(),
                           [&](const uuid& id) { return id == poison || c.of(id) == "1 2 3 "; });
      },
      "all other keys");
    until([&] { return events_in(db) == "3"; }, "the parked events");
    EXPECT_EQ(db.ask("select key from follower_parked_keys"), poison.str());
    EXPECT_NE(db.ask("select reason from follower_parked_keys").find("on purpose"), std::string::npos);
    EXPECT_EQ(parked_gauge(n), 1);
    EXPECT_EQ(c.of(poison), "");
    // The follower retries the key by itself, and handles the waiting events in order.
    c.heal();
    until([&] { return c.of(poison) == "1 2 3 "; }, "the parked events, in order");
    until([&] { return keys_in(db) == "0"; }, "an empty table");
    until([&] { return parked_gauge(n) == 0; }, "the gauge");
    add_ones(n, poison, 1);
    until([&] { return c.of(poison) == "1 2 3 4 "; }, "a later event");
    EXPECT_EQ(events_in(db), "0");
  }
}

TEST(follower, tries_a_parked_key_less_and_less_often) {
  test_database db;
  clerk c;
  node n{db};
  const auto id = uuid::make();
  c.fail(id, errc::internal);
  follow(n, served_by(c));
  add_ones(n, id, 1);
  until([&] { return db.ask("select attempts >= 3 from follower_parked_keys") == "t"; }, "three attempts");
  EXPECT_EQ(db.ask("select next_attempt_at - now() between '1 second' and '4 seconds' from follower_parked_keys"), "t");
}

TEST(follower, keeps_what_it_parked_through_a_restart_in_order) {
  test_database db;
  const auto ids = some_ids(4);
  clerk before, after;
  {
    node n{db};
    before.fail(ids[0], errc::internal);
    follow(n, served_by(before));
    add_ones(n, ids, 2);
    until([&] { return events_in(db) == "2" && before.of(ids[3]) == "1 2 "; }, "parking, and all others");
    until(
      [&] { return db.ask("select count(*) from follower_cursors c, journal j where j.position > c.position") == "0"; },
      "the cursor behind all of them");
  }
  node n{db};
  after.fail(ids[0], errc::internal);
  follow(n, served_by(after));
  add_ones(n, ids[0], 1);
  add_ones(n, ids[1], 1);
  until([&] { return after.of(ids[1]) == "3 "; }, "another key's event");
  until([&] { return events_in(db) == "3"; }, "the later event behind those that wait");
  EXPECT_EQ(after.of(ids[0]), "");
  after.heal();
  until([&] { return after.of(ids[0]) == "1 2 3 "; }, "all in order");
}

// After a crash between parking and storing the cursor, the follower reads the events again.
TEST(follower, parks_nothing_twice_when_its_cursor_is_behind) {
  test_database db;
  const auto ids = some_ids(3);
  clerk before, after;
  {
    node n{db};
    before.fail(ids[1], errc::internal);
    follow(n, served_by(before));
    for (int i = 0; i < 3; ++i)
      add_ones(n, ids, 1);
    until([&] { return events_in(db) == "3" && before.of(ids[2]) == "1 2 3 "; }, "parking, and all others");
  }
  db.ask("delete from follower_cursors");
  db.ask("update follower_parked_keys set next_attempt_at = now() + interval '1 hour'");
  node n{db};
  const auto follower = follow(n, served_by(after));
  until([&] { return after.of(ids[2]) == "1 2 3 "; }, "all again");
  EXPECT_EQ(after.of(ids[1]), "");
  EXPECT_EQ(events_in(db), "3");
  EXPECT_TRUE(ask_follower_of<bool>(n, follower, release_parked{ids[1], {}}));
  until([&] { return after.of(ids[1]) == "1 2 3 "; }, "each once");
}

TEST(follower, releases_a_parked_key_or_skips_its_first_event) {
  test_database db;
  clerk c;
  node n{db};
  const auto id = uuid::make(), other = uuid::make();
  c.fail(id, errc::internal);
  const auto follower = follow(n, served_by(c));
  add_ones(n, id, 3);
  until([&] { return events_in(db) == "3"; }, "parking");
  EXPECT_FALSE(ask_follower_of<bool>(n, follower, release_parked{other, {}}));
  EXPECT_FALSE(ask_follower_of<bool>(n, follower, skip_parked{other, {}}));
  db.ask("update follower_parked_keys set next_attempt_at = now() + interval '1 hour'");
  const auto tries = c.failed();
  EXPECT_TRUE(ask_follower_of<bool>(n, follower, release_parked{id, {}}));
  until([&] { return c.failed() > tries; }, "an attempt at once");
  EXPECT_TRUE(ask_follower_of<bool>(n, follower, skip_parked{id, {}}));
  until([&] { return events_in(db) == "2"; }, "one event less");
  c.heal();
  until([&] { return c.of(id) == "2 3 "; }, "the others, without the one that was skipped");
  until([&] { return keys_in(db) == "0"; }, "an empty table");
}

TEST(follower, forgets_a_key_with_its_last_event) {
  test_database db;
  clerk c;
  node n{db};
  const auto id = uuid::make();
  c.fail(id, errc::internal);
  const auto follower = follow(n, served_by(c));
  add_ones(n, id, 1);
  until([&] { return events_in(db) == "1"; }, "parking");
  EXPECT_TRUE(ask_follower_of<bool>(n, follower, skip_parked{id, {}}));
  until([&] { return keys_in(db) == "0"; }, "an empty table");
  until([&] { return parked_gauge(n) == 0; }, "the gauge");
  c.heal();
  add_ones(n, id, 1);
  until([&] { return c.of(id) == "2 "; }, "the next event, straight away");
}

// If every event fails, the keys are not the cause: an outage must not fill the table.
TEST(follower, parks_few_keys_in_an_outage) {
  test_database db;
  clerk c;
  node n{db};
  const auto ids = some_ids(30);
  c.fail(ids, errc::unavailable);
  auto s = served_by(c);
  s.retries.patience = std::chrono::milliseconds{20};
  s.retries.most_suspects = 3;
  follow(n, std::move(s));
  for (int i = 0; i < 2; ++i)
    add_ones(n, ids, 1);
  until([&] { return keys_in(db) == "3"; }, "the first keys being suspected");
  const auto tries = c.failed();
  until([&] { return c.failed() >= tries + 3; }, "further attempts");
  EXPECT_EQ(keys_in(db), "3");
  c.heal();
  until([&] { return std::all_of(ids.begin(), ids.end(), [&](const uuid& id) { return c.of(id) == "1 2 "; }); },
        "all of them, in order");
  until([&] { return keys_in(db) == "0"; }, "an empty table");
}

TEST(follower, waits_in_place_when_as_many_keys_are_parked_as_may_be) {
  test_database db;
  clerk c;
  node n{db};
  const auto ids = some_ids(5);
  for (size_t i = 0; i < 4; ++i)
    c.fail(ids[i], errc::internal);
  auto s = served_by(c);
  s.retries.most_parked = 2;
  s.concurrency = 1;
  follow(n, std::move(s));
  add_ones(n, ids, 1);
  until([&] { return keys_in(db) == "2"; }, "as many as may be");
  const auto tries = c.failed();
  until([&] { return c.failed() >= tries + 3; }, "further attempts");
  EXPECT_EQ(keys_in(db), "2");
  EXPECT_EQ(c.of(ids[4]), "");
  c.heal();
  until([&] { return c.of(ids[4]) == "1 "; }, "the last one");
}

TEST(follower, parks_by_the_keys_that_it_is_given) {
  test_database db;
  clerk c;
  const auto ids = some_ids(3);
  const auto shared = uuid::make();
  std::atomic<int> asked = 0;
  node n{db};
  c.fail(ids[0], errc::internal);
  auto s = served_by(c);
  s.keys = [&](const std::vector<followed_event>& events, const follower_settings::keys_found& done) {
    if (++asked == 1)
      return done(refuse(errc::unavailable, "not yet"));
    std::vector<uuid> out;
    for (const auto& e : events) // the first two have the same key
      out.push_back(e.event.entity == ids[2] ? ids[2] : shared);
    done(std::move(out));
  };
  follow(n, std::move(s));
  add_ones(n, ids, 1);
  until([&] { return c.of(ids[2]) == "1 "; }, "the other key's");
  until([&] { return events_in(db) == "2"; }, "both of the shared key");
  EXPECT_EQ(c.of(ids[1]), "");
  EXPECT_EQ(db.ask("select key from follower_parked_keys"), shared.str());
  c.heal();
  until([&] { return c.of(ids[0]) == "1 " && c.of(ids[1]) == "1 "; }, "both");
}

TEST(follower, that_is_rewound_reads_again_what_it_parked_since_and_keeps_what_it_parked_before) {
  test_database db;
  clerk c;
  node n{db};
  const auto early = uuid::make(), late = uuid::make();
  c.fail(early, errc::internal);
  c.fail(late, errc::internal);
  const auto follower = follow(n, served_by(c));
  add_ones(n, early, 1);
  until([&] { return events_in(db) == "1"; }, "the first parked event");
  const auto place = db.ask("select transaction::text || ' ' || position from journal order by position desc limit 1");
  add_ones(n, late, 2);
  add_ones(n, early, 1);
  until([&] { return events_in(db) == "4"; }, "all parked");
  const auto last = db.ask("select max(xmin::text::bigint) from follower_parked_events");
  const journal_cursor to{std::stoull(place), std::stoull(place.substr(place.find(' ')))};
  caf::scoped_actor self{n.system};
  self->request(follower, std::chrono::seconds{10}, rewind_follower{to})
    .receive([] {}, [](const caf::error& e) { ADD_FAILURE() << to_string(e); });
  until([&] { return db.ask("select count(*) from follower_parked_events where xmin::text::bigint > " + last) == "3"; },
        "what was parked since, parked anew");
  EXPECT_EQ(db.ask("select key from follower_parked_events where xmin::text::bigint <= " + last), early.str());
  EXPECT_EQ(events_in(db), "4");
  c.heal();
  for (const auto& id : {early, late})
    (void)ask_follower_of<bool>(n, follower, release_parked{id, {}});
  until([&] { return c.of(early) == "1 2 " && c.of(late) == "1 2 "; }, "all, each key's in order");
}

// This version cannot know what a later version's follower does with an event.
TEST(follower, parks_an_event_that_only_a_later_version_knows) {
  test_database db;
  const auto id = uuid::make(), other = uuid::make();
  const auto write_later = [&](const uuid& to) {
    db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('" + to.str()
           + "', 2, 'counter', 'tripled', 1, '{\"n\":3}', now())");
  };
  notes old_notes, later_notes;
  {
    node old{db};
    auto s = writing_to(old_notes);
    s.concerns = [](const followed_event& e) { return e.event.type == "added"; };
    follow(old, std::move(s));
    ASSERT_TRUE(old.give(id, counter::add{1}).get());
    until([&] { return old_notes.read() == "1:1 "; }, "the first event");
    write_later(id);
    until(
      [&] {
        return db.ask("select reason from follower_parked_keys where key = '" + id.str() + "'")
                 .find("does not know the event")
               != std::string::npos;
      },
      "the parked event");
    ASSERT_TRUE(old.give(other, counter::add{2}).get());
    until([&] { return old_notes.read() == "1:1 1:2 "; }, "the other key's event");
  }
  node later{db, {}, {"counter.tripled"}};
  auto s = writing_to(later_notes);
  s.event_types.push_back("counter.tripled");
  follow(later, std::move(s));
  // The last event before the handover may be handled again.
  until([&] { return later_notes.read().find("2:3 ") != std::string::npos; }, "the event that the old node left");
  until([&] { return db.ask("select count(*) from follower_parked_keys") == "0"; }, "the end of parking");
}

TEST(follower, drops_a_parked_event_that_the_later_version_does_not_follow) {
  test_database db;
  const auto id = uuid::make();
  notes old_notes, later_notes;
  {
    node old{db};
    follow(old, writing_to(old_notes));
    db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('" + id.str()
           + "', 1, 'counter', 'tripled', 1, '{\"n\":3}', now()), ('" + id.str()
           + "', 2, 'counter', 'added', 1, '{\"n\":4}', now())");
    until([&] { return db.ask("select count(*) from follower_parked_events") == "2"; }, "both parked, in order");
    EXPECT_EQ(old_notes.read(), "");
  }
  node later{db, {}, {"counter.tripled"}};
  follow(later, writing_to(later_notes));
  until(
    [&] {
      return later_notes.read().find("2:4 ") != std::string::npos
             && db.ask("select count(*) from follower_parked_keys") == "0";
    },
    "the event behind it");
}
