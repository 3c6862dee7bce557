#include "net/clockwork.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

namespace ainft::net {

namespace {

struct work {
  std::string name;
  std::chrono::milliseconds pause;
  std::function<void()> turn;
  caf::telemetry::int_counter* failures;
};

void take_turn(const work& what) {
  try {
    what.turn();
  } catch (const std::exception& e) {
    what.failures->inc();
    spdlog::error("the recurring task {} failed: {}", what.name, e.what());
  } catch (...) {
    what.failures->inc();
    spdlog::error("the recurring task {} failed", what.name);
  }
}

boost::asio::awaitable<void> repeat(work what) {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  for (;;) {
    timer.expires_after(what.pause);
    co_await timer.async_wait(boost::asio::use_awaitable);
    take_turn(what);
  }
}

} // namespace

void clockwork::start(std::string name, std::chrono::milliseconds pause, std::function<void()> turn) {
  auto* failures =
    system_.metrics().counter_instance("ainft", "recurring_failures", {{"work", name}},
                                       "Runs of recurring tasks that failed with an exception", "1", true);
  boost::asio::co_spawn(thread_, repeat({std::move(name), pause, std::move(turn), failures}),
                        runtime::reported("recurring"));
}

void clockwork::stop() {
  thread_.stop();
  thread_.join();
}

} // namespace ainft::net
