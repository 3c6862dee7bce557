#include "runtime/timers.hpp"
#include "tests/support/rig.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

namespace {

using namespace ainft;
using namespace ainft::runtime;
using std::chrono::milliseconds;

/// An actor system whose actors record the messages of timers.
struct listeners {
  caf::actor_system_config config;
  caf::actor_system system{config};
  std::mutex mutex;
  std::vector<int> heard;

  caf::actor start() {
    return system.spawn([this](caf::event_based_actor*) -> caf::behavior {
      return {[this](int n) {
        std::lock_guard guard{mutex};
        heard.push_back(n);
      }};
    });
  }
  std::vector<int> all() {
    std::lock_guard guard{mutex};
    return heard;
  }
  static caf::weak_actor_ptr to(const caf::actor& a) { return caf::actor_cast<caf::weak_actor_ptr>(a); }
};

} // namespace

TEST(timers, send_in_the_order_of_their_times) {
  listeners l;
  timers t;
  const auto a = l.start();
  for (const int n : {3, 1, 2})
    (void)t.send_after(milliseconds{40 * n}, listeners::to(a), caf::make_message(n));
  rig::until([&] { return l.all().size() == 3; }, "the messages");
  EXPECT_EQ(l.all(), (std::vector{1, 2, 3}));
  EXPECT_EQ(t.count(), 0u);
  caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
}

TEST(timers, do_not_send_what_was_taken_back) {
  listeners l;
  timers t;
  const auto a = l.start();
  auto first = t.send_after(milliseconds{30}, listeners::to(a), caf::make_message(1));
  (void)t.send_after(milliseconds{60}, listeners::to(a), caf::make_message(2));
  const auto same = first;
  t.cancel(first);
  EXPECT_EQ(t.count(), 1u);
  auto again = same;
  t.cancel(again); // already sent
  rig::until([&] { return !l.all().empty(); }, "the other message");
  EXPECT_EQ(l.all(), std::vector{2});
  caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
}

TEST(timers, keep_nobody_alive) {
  listeners l;
  timers t;
  caf::weak_actor_ptr gone;
  {
    const auto a = l.start();
    gone = listeners::to(a);
    (void)t.send_after(milliseconds{50}, gone, caf::make_message(1));
    caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  }
  rig::until([&] { return !gone.lock(); }, "the end of the actor");
  rig::until([&] { return t.count() == 0; }, "the timer");
  EXPECT_TRUE(l.all().empty());
}

TEST(timers, hold_many_and_end_with_them) {
  listeners l;
  const auto a = l.start();
  {
    timers t;
    for (int n = 0; n < 100'000; ++n)
      (void)t.send_after(std::chrono::hours{1} - std::chrono::milliseconds{n}, listeners::to(a), caf::make_message(n));
    (void)t.send_after(milliseconds{1}, listeners::to(a), caf::make_message(-1));
    rig::until([&] { return l.all() == std::vector{-1}; }, "the first one");
    EXPECT_EQ(t.count(), 100'000u);
  }
  EXPECT_EQ(l.all(), std::vector{-1});
  caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
}
