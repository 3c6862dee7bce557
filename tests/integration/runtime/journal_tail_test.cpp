#include "runtime/journal_tail.hpp"
#include "tests/support/followers.hpp"

#include <caf/event_based_actor.hpp>

#include <atomic>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;

/// The sequences that a tail has received, in order.
class sequences {
public:
  void add(const journal_slice& s) {
    std::lock_guard guard{mutex_};
    for (const auto& e : s.events)
      all_.push_back(e.event.sequence);
  }
  [[nodiscard]] std::vector<uint64_t> read() const {
    std::lock_guard guard{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<uint64_t> all_;
};

/// Starts another tail. `old` reads what is no longer in memory; absent: the tail's own reader.
caf::actor start_tail(node& n, const test_database& db, const journal_cursor& from, sequences& to,
                      caf::actor old = nullptr) {
  auto reader = persistence::start_journal_reader(n.system, db.url(), n.log.known_events);
  n.others.push_back(reader);
  auto tail = start_journal_tail(n.system, {reader, {old ? old : reader}}, n.log.known_events);
  n.others.push_back(tail);
  caf::anon_send(tail, begin_tail{{from,
                                   {"counter.added"},
                                   [&to](const journal_slice& s) { to.add(s); },
                                   [] { return true; },
                                   std::chrono::milliseconds{20}}});
  return tail;
}

/// The answer of a tail or a reader.
journal_slice read_from(node& n, const caf::actor& source, read_journal what) {
  caf::scoped_actor self{n.system};
  journal_slice out;
  self->request(source, std::chrono::seconds{10}, std::move(what))
    .receive([&out](journal_slice& s) { out = std::move(s); },
             [](const caf::error& e) { ADD_FAILURE() << to_string(e); });
  return out;
}

std::vector<uint64_t> sequences_of(const journal_slice& s) {
  std::vector<uint64_t> out;
  for (const auto& e : s.events)
    out.push_back(e.event.sequence);
  return out;
}

std::vector<uint64_t> up_to(uint64_t n) {
  std::vector<uint64_t> out;
  for (uint64_t i = 1; i <= n; ++i)
    out.push_back(i);
  return out;
}

} // namespace

TEST(journal_tail, hands_on_what_any_node_commits_in_order) {
  test_database db;
  node here{db}, there{db};
  sequences got;
  start_tail(here, db, {}, got);
  const auto id = uuid::make();
  add_ones(there, id, 900);
  until([&] { return got.read().size() == 900; }, "all events");
  EXPECT_EQ(got.read(), up_to(900));
}

TEST(journal_tail, begins_where_it_is_told) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  add_ones(n, id, 5);
  persistence::session s{db.url()};
  const auto from = persistence::cursor_before_last(s, 2);
  sequences got;
  start_tail(n, db, from, got);
  until([&] { return got.read().size() == 2; }, "the last two");
  EXPECT_EQ(got.read(), (std::vector<uint64_t>{4, 5}));
  EXPECT_EQ(persistence::cursor_before_last(s, 100), journal_cursor{});
}

// Followers of one node read the same events: the database must not read them once for each follower.
TEST(journal_tail, answers_from_memory_as_a_reader_would) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  add_ones(n, id, 4);
  ASSERT_TRUE(n.give(id, counter::set_bell{system_clock().now() + std::chrono::hours{1}}).get());
  db.ask("insert into journal (entity_id, sequence, kind, type, version, payload, at) values ('" + id.str()
         + "', 6, 'counter', 'tripled', 1, '{\"n\":3}', now())");
  sequences got;
  // Nothing answers for the past, so each answer is from memory.
  const auto nobody = n.system.spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  n.others.push_back(nobody);
  const auto tail = start_tail(n, db, {}, got, nobody);
  const auto all = read_from(n, n.log.queries.front(), {});
  ASSERT_EQ(all.events.size(), 6u);
  until([&] { return read_from(n, tail, {}).upto == all.upto; }, "all events");
  for (const auto& types : std::vector<std::vector<std::string>>{{}, {"counter.added"}, {"counter.bell_set"}})
    for (const auto& from : {journal_cursor{}, all.events[0].at, all.events[3].at, all.upto})
      for (const size_t limit : {1u, 2u, 100u}) {
        const read_journal what{from, types, limit};
        const auto expected = read_from(n, n.log.queries.front(), what), answer = read_from(n, tail, what);
        EXPECT_EQ(sequences_of(answer), sequences_of(expected));
        if (expected.events.size() < limit)
          EXPECT_EQ(answer.upto, all.upto);
        else
          EXPECT_EQ(answer.upto, answer.more ? answer.events.back().at : all.upto);
      }
  EXPECT_EQ(sequences_of(read_from(n, tail, {{}, {"counter.added"}})), (std::vector<uint64_t>{1, 2, 3, 4, 6}))
    << "an event of an unknown type is for everybody";
}

TEST(journal_tail, asks_a_reader_for_what_it_does_not_remember) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  add_ones(n, id, 5);
  persistence::session s{db.url()};
  const auto from = persistence::cursor_before_last(s, 2);
  sequences got;
  const auto tail = start_tail(n, db, from, got);
  until([&] { return got.read().size() == 2; }, "the last two");
  EXPECT_EQ(sequences_of(read_from(n, tail, {{}, {"counter.added"}})), up_to(5));
  EXPECT_EQ(sequences_of(read_from(n, tail, {from, {"counter.added"}})), (std::vector<uint64_t>{4, 5}));
}

TEST(journal_tail, tells_a_follower_about_events_of_its_types_alone) {
  test_database db;
  node n{db};
  std::atomic<int> told_of_added{0}, told_of_bells{0};
  sequences got;
  const auto tail = start_tail(n, db, {}, got);
  const auto listen = [&](std::atomic<int>& told, std::string type) {
    auto listener = n.system.spawn(
      [&told](caf::event_based_actor*) -> caf::behavior { return {[&told](const journal_advanced&) { ++told; }}; });
    n.others.push_back(listener);
    caf::anon_send(tail, follow_tail{listener, {std::move(type)}});
  };
  listen(told_of_added, "counter.added");
  listen(told_of_bells, "counter.bell_set");
  const auto id = uuid::make();
  ASSERT_TRUE(n.give(id, counter::add{1}).get());
  until([&] { return told_of_added > 0; }, "news for the first follower");
  EXPECT_EQ(told_of_bells, 0);
  ASSERT_TRUE(n.give(id, counter::set_bell{system_clock().now() + std::chrono::hours{1}}).get());
  until([&] { return told_of_bells > 0; }, "news for the second follower");
}
