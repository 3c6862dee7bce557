#include "persistence/broadcast.hpp"
#include "persistence/redis_connection.hpp"
#include "tests/support/rig.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <mutex>

namespace {

using namespace ainft;
using namespace ainft::rig;
using runtime::uuid;

const std::string redis = std::getenv("TEST_REDIS") ? std::getenv("TEST_REDIS") : "";

/// A node that publishes and receives messages on the topic "news".
struct voice {
  explicit voice(const std::string& database) : words{redis, database, self} {
    words.subscribe(
      "news",
      [this](const uuid& from, std::string_view text) {
        std::lock_guard guard{mutex};
        heard.emplace_back(from, text);
      },
      [this] { ++gaps; });
    words.begin();
    until([this] { return gaps > 0; }, "Redis");
  }
  std::vector<std::pair<uuid, std::string>> all() {
    std::lock_guard guard{mutex};
    return heard;
  }

  uuid self = uuid::make();
  std::atomic<int> gaps{0};
  std::mutex mutex;
  std::vector<std::pair<uuid, std::string>> heard;
  persistence::broadcast words;
};

} // namespace

TEST(broadcast, reaches_the_other_nodes_of_the_same_platform_in_order) {
  voice one{"a"}, two{"a"}, elsewhere{"b"};
  for (const auto* text : {"first", "second and third", ""})
    one.words.publish("news", text);
  one.words.publish("gossip", "nobody listens to this");
  one.words.publish("news", "last");
  until([&] { return two.all().size() == 4; }, "the news");
  using heard = std::pair<uuid, std::string>;
  EXPECT_THAT(two.all(), testing::ElementsAre(heard{one.self, "first"}, heard{one.self, "second and third"},
                                              heard{one.self, ""}, heard{one.self, "last"}));
  EXPECT_TRUE(one.all().empty()) << "nobody hears itself";
  EXPECT_TRUE(elsewhere.all().empty());
}

TEST(broadcast, says_when_something_may_have_been_lost) {
  voice one{"a"}, two{"a"};
  const int before = two.gaps;
  persistence::redis_connection knife{redis};
  ASSERT_TRUE(knife.run({"CLIENT", "KILL", "TYPE", "pubsub"}));
  until([&] { return two.gaps > before; }, "the gap");
  one.words.publish("news", "again");
  until([&] { return !two.all().empty(); }, "the news after it");
}

TEST(broadcast, says_nothing_before_it_begins_and_after_it_ended) {
  voice one{"a"}, two{"a"};
  persistence::broadcast words{redis, "a", uuid::make()};
  words.publish("news", "too early");
  words.begin();
  words.end();
  words.publish("news", "too late");
  one.words.publish("news", "after it");
  until([&] { return !two.all().empty(); }, "what was said after it");
  using heard = std::pair<uuid, std::string>;
  EXPECT_THAT(two.all(), testing::ElementsAre(heard{one.self, "after it"}));
}
