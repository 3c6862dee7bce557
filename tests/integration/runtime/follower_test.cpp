#include "tests/support/followers.hpp"

#include <atomic>
#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

/// The time of a follower's latest read of the journal, in microseconds.
int64_t last_read(const test_database& db) {
  const auto at =
    db.ask("select coalesce(max((extract(epoch from query_start) * 1000000)::bigint), 0) from pg_stat_activity "
           "where datname = current_database() and pid <> pg_backend_pid() and query like '%horizon%'");
  return std::stoll(at);
}

/// A handler whose events end when the test says so.
class held_events {
public:
  void handle(const followed_event& e, std::function<void(caf::error)> done) {
    std::lock_guard guard{mutex_};
    begun_.push_back(e.event.entity);
    open_.emplace_back(e.event.entity, std::move(done));
  }
  /// The keys of the events that were begun, in order.
  [[nodiscard]] std::vector<uuid> begun() const {
    std::lock_guard guard{mutex_};
    return begun_;
  }
  /// Ends the open event of a key.
  void end(const uuid& key) {
    std::lock_guard guard{mutex_};
    const auto it = std::find_if(open_.begin(), open_.end(), [&](const auto& o) { return o.first == key; });
    ASSERT_NE(it, open_.end());
    it->second({});
    open_.erase(it);
  }

private:
  mutable std::mutex mutex_;
  std::vector<uuid> begun_;
  std::vector<std::pair<uuid, std::function<void(caf::error)>>> open_;
};

follower_settings held_by(held_events& h) {
  follower_settings out;
  out.name = "held";
  out.event_types = {"counter.added"};
  out.handle = [&h](const followed_event& e, std::function<void(caf::error)> done) { h.handle(e, std::move(done)); };
  out.poll = std::chrono::milliseconds{20};
  return out;
}

} // namespace

TEST(follower, goes_on_with_other_keys_while_one_takes_long) {
  test_database db;
  node n{db};
  held_events held;
  const auto ids = some_ids(3);
  const auto &slow = ids[0], &quick = ids[1], &last = ids[2];
  n.others.push_back(start_follower(n.system, n.log, held_by(held)).actor);
  add_ones(n, slow, 2);
  for (int i = 0; i < 3; ++i) {
    add_ones(n, quick, 1);
    until([&] { return held.begun().size() == static_cast<size_t>(i) + 2; }, "the event of the quick key");
    held.end(quick);
  }
  EXPECT_EQ(held.begun(), (std::vector<uuid>{slow, quick, quick, quick})) << "the slow key's second event waits";
  // After a crash, the follower must handle the slow key's events again.
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_EQ(db.ask("select coalesce(max(position), 0) from follower_cursors where follower = 'held'"), "0");
  held.end(slow);
  until([&] { return held.begun().size() == 5; }, "the slow key's second event");
  held.end(slow);
  add_ones(n, last, 1);
  until([&] { return held.begun().size() == 6; }, "a later event");
  held.end(last);
  until(
    [&] {
      return db.ask("select max(position) from follower_cursors where follower = 'held'")
             == db.ask("select max(position) from journal");
    },
    "the cursor behind all events");
}

TEST(follower, handles_events_of_as_many_keys_at_once_as_it_may) {
  test_database db;
  node n{db};
  held_events held;
  const auto ids = some_ids(5);
  auto s = held_by(held);
  s.concurrency = 2;
  n.others.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  for (const auto& id : ids)
    add_ones(n, id, 1);
  until([&] { return held.begun().size() == 2; }, "two events");
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  for (size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(held.begun().size(), std::min(i + 2, ids.size()));
    held.end(ids[i]);
    until([&] { return held.begun().size() == std::min(i + 3, ids.size()); }, "the next event");
  }
  EXPECT_EQ(held.begun(), ids);
}

TEST(follower, reads_on_until_there_is_nothing_more) {
  test_database db;
  clerk c;
  node n{db};
  const auto ids = some_ids(5);
  std::vector<std::future<result<answer>>> all;
  for (int i = 0; i < 2'000; ++i)
    all.push_back(n.give(ids[static_cast<size_t>(i) % ids.size()], counter::add{1}));
  for (auto& a : all)
    ASSERT_TRUE(a.get());
  auto s = served_by(c);
  s.poll = std::chrono::seconds{5}; // polls alone would be too slow: it must read on at once after a full slice
  const auto follower = start_follower(n.system, n.log, std::move(s)).actor;
  n.others.push_back(follower);
  until(
    [&] {
      return std::all_of(ids.begin(), ids.end(), [&](const uuid& id) { return c.of(id).ends_with(" 399 400 "); });
    },
    "all 2,000");
  for (int i = 0; i < 3; ++i) {
    add_ones(n, ids[0], 1);
    caf::anon_send(follower, journal_advanced{});
    until([&] { return c.of(ids[0]).ends_with(" " + std::to_string(401 + i) + " "); }, "what came later");
  }
}

TEST(follower, gets_the_events_of_its_interests_in_order) {
  test_database db;
  node n{db};
  notes to;
  n.others.push_back(start_follower(n.system, n.log, writing_to(to)).actor);
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{7}).get());
  ASSERT_TRUE(n.give(id, counter::set_bell{system_clock().now() + std::chrono::hours{1}}).get());
  ASSERT_TRUE(n.give(id, counter::add{8}).get());
  until([&] { return to.read() == "1:7 3:8 "; }, "both events");
}

TEST(follower, goes_on_where_it_was_after_a_restart) {
  test_database db;
  const auto id = uuid::make();
  notes first, second;
  {
    node n{db};
    n.others.push_back(start_follower(n.system, n.log, writing_to(first)).actor);
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
    until([&] { return first.read() == "1:1 " && db.ask("select count(*) from follower_cursors") == "1"; },
          "the first event");
  }
  node n{db};
  ASSERT_TRUE(n.give(id, counter::add{2}).get());
  n.others.push_back(start_follower(n.system, n.log, writing_to(second)).actor);
  until([&] { return second.read() == "2:2 "; }, "the second event alone");
}

TEST(follower, passes_over_what_does_not_concern_it) {
  test_database db;
  node n{db};
  notes to;
  auto s = writing_to(to);
  s.concerns = [](const followed_event& e) { return e.event.payload.find("13") == std::string::npos; };
  n.others.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  const auto id = uuid::make();
  for (const int64_t by : {7, 13, 8})
    ASSERT_TRUE(n.give(id, counter::add{by}).get());
  until([&] { return to.read() == "1:7 3:8 "; }, "two of the three");
}

TEST(follower, tries_an_event_again_until_it_is_handled) {
  test_database db;
  node n{db};
  std::atomic<int> tries = 0;
  follower_settings s{"stubborn",
                      {"counter.added"},
                      [&tries](const followed_event&, std::function<void(caf::error)> done) {
                        done(++tries < 3 ? refuse(errc::unavailable, "not yet") : caf::error{});
                      },
                      std::chrono::milliseconds{20}};
  n.others.push_back(start_follower(n.system, n.log, std::move(s)).actor);
  ASSERT_TRUE(n.give(uuid::make(), counter::add{1}).get());
  until(
    [&] { return tries == 3 && db.ask("select count(*) from follower_cursors where follower = 'stubborn'") == "1"; },
    "the third try");
}

TEST(follower, does_not_step_over_a_transaction_that_is_still_open) {
  test_database db;
  node n{db};
  notes to;
  n.others.push_back(start_follower(n.system, n.log, writing_to(to)).actor);
  // This event is written first and committed last.
  pqxx::connection slow{db.url()};
  pqxx::work open{slow};
  open.exec("insert into journal (entity_id, sequence, kind, type, version, payload, at) values (gen_random_uuid(), 1, "
            "'counter', "
            "'added', 1, '{\"n\":100}', now())");
  ASSERT_TRUE(n.give(uuid::make(), counter::add{200}).get());
  // Wait for two later reads: the follower has handled the events of the first one before it starts the second one.
  for (int i = 0; i < 2; ++i)
    until([&, before = last_read(db)] { return last_read(db) > before; }, "a read of the journal");
  EXPECT_EQ(to.read(), "");
  open.commit();
  until([&] { return to.read() == "1:100 1:200 "; }, "both, in the order of their transactions");
}

TEST(follower, lets_go_of_what_it_was_given_when_it_ends_whoever_still_knows_it) {
  test_database db;
  node n{db};
  auto given = std::make_shared<int>();
  const std::weak_ptr<int> seen = given;
  follower_settings s{"notes",
                      {"counter.added"},
                      [given](const followed_event&, const std::function<void(caf::error)>& done) { done({}); }};
  s.concerns = [given](const followed_event&) { return true; };
  s.keys = [given](const std::vector<followed_event>& events, const follower_settings::keys_found& found) {
    std::vector<uuid> out;
    for (const auto& e : events)
      out.push_back(e.event.entity);
    found(std::move(out));
  };
  given.reset();
  const auto f = start_follower(n.system, n.log, std::move(s));
  EXPECT_FALSE(seen.expired());
  caf::anon_send_exit(f.actor, caf::exit_reason::user_shutdown);
  until([&] { return seen.expired(); }, "the end of what it was given");
}
