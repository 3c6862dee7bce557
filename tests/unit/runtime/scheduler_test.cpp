#include "runtime/scheduler.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

struct workers : caf::actor_system_config {
  explicit workers(size_t count) {
    set("caf.scheduler.max-threads", count);
    ainft::runtime::use_scheduler(*this);
  }
};

/// An actor that runs `f` for each message.
caf::actor runs(caf::actor_system& system, std::function<void()> f) {
  return system.spawn([f = std::move(f)](caf::event_based_actor*) -> caf::behavior { return {[f](int32_t) { f(); }}; });
}

TEST(scheduler, wakes_another_worker_for_what_the_first_leaves) {
  for (int round = 0; round < 200; ++round) {
    workers two{2};
    caf::actor_system system{two};
    std::promise<void> done;
    const auto is_done = done.get_future().share();
    std::promise<bool> held;
    auto is_held = held.get_future();
    const auto holds = runs(system, [&] { held.set_value(is_done.wait_for(10s) == std::future_status::ready); });
    const auto frees = runs(system, [&] { done.set_value(); });
    if (round % 2)
      std::this_thread::sleep_for(1ms); // by then, both workers sleep or are about to sleep
    caf::anon_send(holds, int32_t{1});
    caf::anon_send(frees, int32_t{1});
    ASSERT_TRUE(is_held.get()) << "a worker slept while there was work, in round " << round;
  }
}

TEST(scheduler, leaves_nothing_in_the_queue_whoever_sends) {
  workers three{3};
  caf::actor_system system{three};
  std::atomic<int> received = 0;
  std::vector<caf::actor> actors;
  for (int i = 0; i < 40; ++i)
    actors.push_back(runs(system, [&] { ++received; }));
  constexpr int senders = 4, bursts = 300;
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([&] {
      for (int b = 0; b < bursts; ++b) {
        for (const auto& a : actors)
          caf::anon_send(a, int32_t{1});
        if (b % 10 == 0)
          std::this_thread::sleep_for(200us); // long enough for workers to sleep
      }
    });
  for (auto& t : threads)
    t.join();
  const int all = senders * bursts * static_cast<int>(actors.size());
  for (const auto until = std::chrono::steady_clock::now() + 20s;
       received < all && std::chrono::steady_clock::now() < until;)
    std::this_thread::sleep_for(1ms);
  EXPECT_EQ(received, all);
}

} // namespace
