#include "runtime/journal_tail.hpp"
#include "tests/support/rig.hpp"

#include <mutex>

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

follower start_tail(node& n, const test_database& db, const journal_cursor& from, sequences& to) {
  auto reader = persistence::start_journal_reader(n.system, db.url());
  n.others.push_back(reader);
  auto tail = start_journal_tail(n.system, reader,
                                 {from,
                                  {"counter.added"},
                                  [&to](const journal_slice& s) { to.add(s); },
                                  [] { return true; },
                                  std::chrono::milliseconds{20}});
  n.others.push_back(tail.actor);
  return tail;
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
  for (int i = 0; i < 900; ++i)
    ASSERT_TRUE(there.give(id, counter::add{1}).get());
  until([&] { return got.read().size() == 900; }, "all events");
  EXPECT_EQ(got.read(), up_to(900));
}

TEST(journal_tail, begins_where_it_is_told) {
  test_database db;
  node n{db};
  const auto id = uuid::make();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(n.give(id, counter::add{1}).get());
  persistence::session s{db.url()};
  const auto from = persistence::cursor_before_last(s, 2);
  sequences got;
  start_tail(n, db, from, got);
  until([&] { return got.read().size() == 2; }, "the last two");
  EXPECT_EQ(got.read(), (std::vector<uint64_t>{4, 5}));
  EXPECT_EQ(persistence::cursor_before_last(s, 100), journal_cursor{});
}
