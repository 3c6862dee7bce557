#include "net/socketio/newcomers.hpp"

#include <gtest/gtest.h>

using ainft::socketio::newcomers;

TEST(newcomers, has_only_so_many_of_one_address) {
  newcomers all{2};
  EXPECT_TRUE(all.enter("1", "a"));
  EXPECT_TRUE(all.enter("2", "a"));
  EXPECT_FALSE(all.enter("3", "a"));
  EXPECT_TRUE(all.enter("3", "b"));
  EXPECT_EQ(all.count(), 3u);
  all.leave("1");
  all.leave("1");
  all.leave("of nobody");
  EXPECT_TRUE(all.enter("4", "a"));
  EXPECT_FALSE(all.enter("5", "a"));
}

TEST(newcomers, gives_up_the_oldest_first) {
  newcomers all{0};
  for (const auto* sid : {"1", "2", "3"})
    EXPECT_TRUE(all.enter(sid, "a"));
  all.leave("1"); // the session has joined
  EXPECT_EQ(all.take_oldest(), "2");
  EXPECT_EQ(all.take_oldest(), "3");
  EXPECT_EQ(all.take_oldest(), std::nullopt);
}

TEST(newcomers, keeps_nothing_of_an_address_that_has_none) {
  newcomers all{1};
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_TRUE(all.enter(std::to_string(i), "a"));
    if (i % 2 == 0)
      all.leave(std::to_string(i));
    else
      EXPECT_EQ(all.take_oldest(), std::to_string(i));
  }
  EXPECT_EQ(all.count(), 0u);
}
