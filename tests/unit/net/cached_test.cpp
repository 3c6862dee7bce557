#include "net/cached.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace {

using namespace ainft::net;
using std::chrono::milliseconds;

/// A slow source. Its value is the number of requests so far.
struct slow_source {
  asio::awaitable<int> look() {
    const auto here = ++looks;
    asio::steady_timer pause{co_await asio::this_coro::executor, milliseconds{30}};
    co_await pause.async_wait(asio::use_awaitable);
    if (here <= failures)
      throw std::runtime_error{"no answer"};
    co_return here;
  }
  std::atomic<int> looks{0};
  int failures = 0;
};

/// Lets `n` callers ask concurrently from several threads. Returns how many got a value.
int ask_at_once(cached<int>& value, slow_source& from, int n) {
  std::atomic<int> got{0};
  asio::thread_pool threads{4};
  for (int i = 0; i < n; ++i) {
    auto one = [&]() -> asio::awaitable<void> {
      const auto look = [&] { return from.look(); };
      (void)co_await value.get(look);
      ++got;
    };
    asio::co_spawn(threads, std::move(one), asio::detached);
  }
  threads.join();
  return got;
}

} // namespace

TEST(cached, is_found_out_once_for_all_who_ask_at_once) {
  cached<int> value{std::chrono::minutes{1}};
  slow_source source;
  EXPECT_EQ(ask_at_once(value, source, 200), 200);
  EXPECT_EQ(source.looks, 1);
  EXPECT_EQ(ask_at_once(value, source, 200), 200);
  EXPECT_EQ(source.looks, 1) << "it is still good";
}

TEST(cached, is_found_out_anew_when_its_time_is_over) {
  cached<int> value{milliseconds{20}};
  slow_source source;
  ask_at_once(value, source, 10);
  std::this_thread::sleep_for(milliseconds{30});
  ask_at_once(value, source, 10);
  EXPECT_EQ(source.looks, 2);
}

TEST(cached, is_found_out_by_the_next_one_where_somebody_failed) {
  cached<int> value{std::chrono::minutes{1}};
  slow_source source;
  source.failures = 2;
  EXPECT_EQ(ask_at_once(value, source, 50), 48) << "two got the failure themselves";
  EXPECT_EQ(source.looks, 3);
}

TEST(cached, is_not_held_up_by_one_who_went_away_while_finding_out) {
  cached<int> value{std::chrono::minutes{1}};
  slow_source source;
  {
    asio::io_context gone;
    auto one = [&]() -> asio::awaitable<void> {
      const auto look = [&] { return source.look(); };
      (void)co_await value.get(look);
    };
    asio::co_spawn(gone, one, asio::detached);
    gone.poll();
    EXPECT_EQ(source.looks, 1);
  }
  EXPECT_EQ(ask_at_once(value, source, 10), 10);
  EXPECT_EQ(source.looks, 2);
}
