#include "net/clockwork.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace std::chrono_literals;

/// Whether `look` becomes true within ten seconds.
template <class F>
bool comes_true(F look) {
  for (int i = 0; i < 2'000; ++i, std::this_thread::sleep_for(5ms))
    if (look())
      return true;
  return false;
}

} // namespace

TEST(clockwork, goes_on_after_a_turn_that_broke_and_counts_it) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  ainft::net::clockwork works{system};
  std::atomic<int> turns = 0, others = 0;
  works.start("expiry", 1ms, [&turns] {
    const auto n = ++turns;
    if (n == 1)
      throw std::runtime_error{"on purpose"};
    if (n == 2)
      throw 7;
  });
  works.start("rates", 1ms, [&others] { ++others; });
  EXPECT_TRUE(comes_true([&] { return turns >= 10 && others >= 10; }));
  works.stop();
  EXPECT_EQ(
    system.metrics().counter_instance("ainft", "recurring_failures", {{"work", "expiry"}}, "", "1", true)->value(), 2);
  const int last = turns;
  std::atomic<int> later = 0;
  ainft::net::clockwork next{system};
  next.start("later", 1ms, [&later] { ++later; });
  EXPECT_TRUE(comes_true([&] { return later >= 20; }));
  EXPECT_EQ(turns, last);
}
