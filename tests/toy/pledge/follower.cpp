#include "tests/toy/pledge/follower.hpp"

#include "actors/event_handler.hpp"
#include "tests/toy/pledge/domain.hpp"
#include "tests/toy/pledge/settings.hpp"

namespace ainft::pledge {

namespace {

boost::asio::awaitable<caf::error> on_paid(const services& s, runtime::uuid id) {
  if (!s.settings.of<settings>().thanks)
    co_return caf::error{};
  const thank thanks;
  co_return co_await give<entity>(s, id, thanks);
}

} // namespace

runtime::follower start_follower(const services& s) {
  runtime::follower_settings out;
  out.name = "pledges";
  out.retries = s.retries;
  out.event_types = {"pledge.pledge_paid"};
  out.handle = handle_events_by(s, "the thanks for a pledge failed with an exception",
                                [&s](const runtime::followed_event& e) { return on_paid(s, e.event.entity); });
  return runtime::start_follower(s.system, s.host.log(), std::move(out));
}

} // namespace ainft::pledge
