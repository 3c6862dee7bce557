#include "runtime/guard.hpp"

#include "net/thread_pool.hpp"
#include "runtime/reply_table.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/telemetry/collector/prometheus.hpp>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <future>

namespace {

using namespace ainft;
using namespace ainft::runtime;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

template <class E>
std::exception_ptr thrown(E e) {
  return std::make_exception_ptr(std::move(e));
}

std::string metrics_of(caf::actor_system& system) {
  caf::telemetry::collector::prometheus out;
  const auto text = out.collect_from(system.metrics());
  return {text.begin(), text.end()};
}

} // namespace

TEST(guard, tells_whether_it_went_well_and_lets_nothing_through) {
  EXPECT_TRUE(guarded("test", [] {}));
  EXPECT_FALSE(guarded("test", [] { throw std::runtime_error{"x"}; }));
  EXPECT_FALSE(guarded("test", [] { throw 5; }));
}

TEST(guard, says_what_was_thrown_but_not_over_what) {
  EXPECT_EQ(exception_text(thrown(std::runtime_error{"the token abc"})), "std::runtime_error");
  EXPECT_EQ(exception_text(thrown(std::out_of_range{"basic_string::substr"})),
            "std::out_of_range: basic_string::substr");
  EXPECT_THAT(exception_text(thrown(std::system_error{std::make_error_code(std::errc::broken_pipe), "abc"})),
              testing::AllOf(HasSubstr("Broken pipe"), Not(HasSubstr("abc"))));
  EXPECT_EQ(exception_text(thrown(5)), "int");
  std::exception_ptr broken;
  try {
    [[maybe_unused]] const auto json = nlohmann::json::parse("{\"secret\":1e999}");
  } catch (...) {
    broken = std::current_exception();
  }
  EXPECT_THAT(exception_text(broken),
              testing::AllOf(HasSubstr("out_of_range"), HasSubstr("406"), Not(HasSubstr("1e999"))));
}

TEST(guard, counts_by_where_it_was) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  {
    const exception_metric counted{system};
    for (int i = 0; i < 3; ++i)
      guarded("a_part", [] { throw std::runtime_error{"x"}; });
  }
  guarded("a_part", [] { throw std::runtime_error{"nobody counts any more"}; });
  EXPECT_THAT(metrics_of(system), HasSubstr("ainft_exceptions_total{where=\"a_part\"} 3"));
}

TEST(guard, repeats_what_throws_until_it_is_done) {
  int rounds = 0;
  repeat_guarded("test", [&] {
    if (++rounds == 1)
      throw std::runtime_error{"x"};
    return rounds < 3;
  });
  EXPECT_EQ(rounds, 3);
}

TEST(guard, a_pool_goes_on_after_a_handler_that_throws) {
  net::thread_pool pool{"test", 1};
  for (int i = 0; i < 5; ++i)
    boost::asio::post(pool, [] { throw std::out_of_range{"x"}; });
  std::promise<int> after;
  boost::asio::post(pool, [&] { after.set_value(7); });
  auto got = after.get_future();
  ASSERT_EQ(got.wait_for(seconds{10}), std::future_status::ready);
  EXPECT_EQ(got.get(), 7);
}

TEST(guard, a_pool_that_is_joined_finishes_what_it_was_given) {
  std::atomic<int> done{0};
  net::thread_pool pool{"test", 2};
  for (int i = 0; i < 100; ++i)
    boost::asio::post(pool, [&] { ++done; });
  pool.join();
  EXPECT_EQ(done, 100);
}

TEST(guard, a_coroutine_that_nobody_waits_for_is_reported) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const exception_metric counted{system};
  boost::asio::io_context io;
  auto breaks = []() -> boost::asio::awaitable<void> {
    throw std::runtime_error{"x"};
    co_return;
  };
  boost::asio::co_spawn(io, breaks(), reported("a_coroutine"));
  run_guarded("test", io);
  EXPECT_THAT(metrics_of(system), HasSubstr("ainft_exceptions_total{where=\"a_coroutine\"} 1"));
}

TEST(reply_table, a_receiver_that_throws_does_not_keep_the_others_waiting) {
  reply_table table;
  int told = 0;
  const auto due = reply_table::clock::now();
  for (int i = 0; i < 20; ++i)
    table.put(
      [&told, i](result<caf::message>) {
        ++told;
        if (i % 2 == 0)
          throw std::runtime_error{"x"};
      },
      due);
  table.expire(due, refuse(errc::unavailable, ""));
  EXPECT_EQ(told, 20);
}
