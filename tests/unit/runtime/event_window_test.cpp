#include "runtime/event_window.hpp"
#include "runtime/recent_events.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::runtime;

followed_event event_at(uint64_t position) {
  followed_event out;
  out.at = {1, position};
  return out;
}

uuid key_of(uint8_t number) {
  uuid out;
  out.bytes[15] = number;
  return out;
}

/// A window with one event for each key in `keys`, at the positions 1, 2, …
event_window window_of(std::initializer_list<uint8_t> keys) {
  event_window out;
  uint64_t position = 0;
  for (const auto key : keys)
    out.add(event_at(++position), key_of(key));
  return out;
}

/// Starts the next event and returns its position; 0 if there is none.
uint64_t start_next(event_window& w) {
  const auto e = w.next();
  return e ? e->what.at.position : 0;
}

uint64_t passed(event_window& w) { return w.drop_finished().value_or(journal_cursor{}).position; }

} // namespace

TEST(event_window, starts_one_event_of_each_key) {
  auto w = window_of({1, 1, 2, 1, 3});
  EXPECT_EQ(start_next(w), 1u);
  EXPECT_EQ(start_next(w), 3u);
  EXPECT_EQ(start_next(w), 5u);
  EXPECT_EQ(start_next(w), 0u);
  EXPECT_EQ(w.in_progress(), 3u);
  w.finish(key_of(1));
  EXPECT_EQ(w.in_progress(), 2u);
  EXPECT_EQ(start_next(w), 2u);
  EXPECT_EQ(start_next(w), 0u);
}

TEST(event_window, starts_the_oldest_event_first) {
  auto w = window_of({1, 1, 2, 3});
  EXPECT_EQ(start_next(w), 1u);
  w.finish(key_of(1));
  EXPECT_EQ(start_next(w), 2u) << "it is older than the events of the other keys";
}

TEST(event_window, is_passed_up_to_the_first_unfinished_event) {
  auto w = window_of({1, 2, 3, 2});
  for (int i = 0; i < 3; ++i)
    start_next(w);
  w.finish(key_of(2));
  w.finish(key_of(3));
  EXPECT_EQ(passed(w), 0u);
  w.finish(key_of(1));
  EXPECT_EQ(passed(w), 3u);
  EXPECT_EQ(w.size(), 1u);
  EXPECT_EQ(start_next(w), 4u);
  w.finish(key_of(2));
  EXPECT_EQ(passed(w), 4u);
  EXPECT_TRUE(w.empty());
  EXPECT_EQ(w.in_progress(), 0u);
}

TEST(event_window, finishes_several_events_of_a_key_together) {
  auto w = window_of({1, 1, 2, 1});
  start_next(w);
  EXPECT_EQ(w.of(key_of(1)).size(), 3u);
  w.finish(key_of(1), 2);
  EXPECT_EQ(w.of(key_of(1)).size(), 1u);
  EXPECT_EQ(passed(w), 2u);
  EXPECT_EQ(start_next(w), 3u);
  EXPECT_EQ(start_next(w), 4u);
}

TEST(event_window, knows_the_oldest_event_that_fails) {
  auto w = window_of({1, 2, 3});
  EXPECT_EQ(w.oldest_failing(), nullptr);
  start_next(w);
  const auto second = w.next(), third = w.next();
  third->attempts = 1;
  second->attempts = 2;
  EXPECT_EQ(w.oldest_failing(), second);
  w.finish(second->key);
  EXPECT_EQ(w.oldest_failing(), third);
}

TEST(recent_events, reach_back_to_the_oldest_that_was_dropped) {
  recent_events<followed_event> recent;
  recent.begin_after({1, 4});
  for (uint64_t position = 5; position < 10; ++position)
    recent.add(event_at(position));
  EXPECT_TRUE(recent.reaches({1, 4}));
  EXPECT_FALSE(recent.reaches({1, 3}));
  recent.drop_oldest();
  EXPECT_FALSE(recent.reaches({1, 4}));
  EXPECT_TRUE(recent.reaches({1, 5}));
  EXPECT_EQ(recent.first_after({1, 5})->at.position, 6u);
  EXPECT_EQ(recent.first_after({1, 9}), recent.all().end());
}
