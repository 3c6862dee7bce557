#include "tests/toy/pledge/follower.hpp"

#include "tests/toy/pledge/domain.hpp"
#include "tests/toy/pledge/settings.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

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
  out.handle = [&s, executor = boost::asio::make_strand(s.background)](const runtime::followed_event& e,
                                                                       std::function<void(caf::error)> done) {
    boost::asio::co_spawn(
      executor, on_paid(s, e.event.entity), [done = std::move(done)](std::exception_ptr broken, caf::error error) {
        done(broken ? runtime::refuse(runtime::errc::internal, "the thanks for a pledge failed") : std::move(error));
      });
  };
  return runtime::start_follower(s.system, s.host.log(), std::move(out));
}

} // namespace ainft::pledge
