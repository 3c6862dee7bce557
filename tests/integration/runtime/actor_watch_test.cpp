#include "runtime/actor_watch.hpp"
#include "tests/support/rig.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <thread>

namespace {

using namespace ainft;
using namespace ainft::rig;
using namespace ainft::runtime;
using std::chrono::milliseconds;

/// Each message makes the actor sleep for that number of milliseconds.
caf::behavior sleeper(caf::event_based_actor*) {
  return {
    [](int32_t ms) { std::this_thread::sleep_for(milliseconds{ms}); },
    [](int64_t ms) { std::this_thread::sleep_for(milliseconds{ms}); },
    [](const std::string&) {},
    [](const caf::actor& next, int64_t ms) { caf::anon_send(next, ms); },
  };
}

struct watched_system {
  explicit watched_system(milliseconds limit) : watch{limit} {
    config.profiler = &watch;
    system = std::make_unique<caf::actor_system>(config);
    watch.tell([this](const long_stay& s) {
      std::lock_guard guard{mutex};
      said.push_back(s);
    });
  }
  ~watched_system() { system.reset(); }

  size_t count() {
    std::lock_guard guard{mutex};
    return said.size();
  }

  long_stay last() {
    std::lock_guard guard{mutex};
    return said.back();
  }

  actor_watch watch;
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::mutex mutex;
  std::vector<long_stay> said;
};

} // namespace

TEST(actor_watch, says_once_who_holds_up_a_thread_and_with_what) {
  watched_system w{milliseconds{40}};
  const auto slow = w.system->spawn(sleeper);
  caf::anon_send(slow, int32_t{1});
  caf::anon_send(slow, int32_t{400});
  caf::anon_send(slow, int64_t{400});
  until([&] { return w.count() > 0 && w.last().message == "int64_t"; }, "the second report");
  ASSERT_EQ(w.count(), 2u) << "one for each stay";
  EXPECT_EQ(w.said[0].id, slow.id());
  EXPECT_EQ(w.said[0].message, "int32_t");
  EXPECT_GE(w.said[0].lasts, milliseconds{40});
}

TEST(actor_watch, leaves_alone_what_has_a_thread_of_its_own) {
  watched_system w{milliseconds{20}};
  const auto alone = w.system->spawn<caf::detached>(sleeper), other = w.system->spawn(sleeper);
  caf::anon_send(alone, int32_t{200});
  caf::anon_send(alone, other, int64_t{200}); // `alone` forwards it to `other` after the first message
  until([&] { return w.count() > 0; }, "the other's report");
  ASSERT_EQ(w.count(), 1u);
  EXPECT_EQ(w.last().id, other.id());
}

TEST(actor_watch, counts_who_is_busy_while_it_is_asked_to) {
  watched_system w{milliseconds{1000}};
  const auto slow = w.system->spawn(sleeper), quick = w.system->spawn(sleeper);
  const auto got = w.watch.busiest(
    [&] {
      for (int i = 0; i < 5; ++i)
        caf::anon_send(slow, int32_t{10});
      for (int i = 0; i < 100; ++i)
        caf::anon_send(quick, std::string{"x"});
      std::this_thread::sleep_for(milliseconds{200});
    },
    2);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].id, slow.id());
  EXPECT_EQ(got[0].messages, 5u);
  EXPECT_GE(got[0].busy_ms, 50);
  EXPECT_EQ(got[1].id, quick.id());
  EXPECT_EQ(got[1].messages, 100u);
}

TEST(actor_watch, keeps_what_one_actor_gets) {
  watched_system w{milliseconds{1000}};
  const auto one = w.system->spawn(sleeper), other = w.system->spawn(sleeper);
  w.watch.trace(one.id());
  caf::anon_send(one, int32_t{1});
  caf::anon_send(other, int32_t{1});
  caf::anon_send(one, std::string{"x"});
  until([&] { return w.watch.traced(one.id()).size() == 2; }, "two messages");
  EXPECT_EQ(w.watch.traced(one.id())[0].message, "int32_t");
  EXPECT_EQ(w.watch.traced(one.id())[1].message, "std::string");
  EXPECT_TRUE(w.watch.traced(other.id()).empty());
}
