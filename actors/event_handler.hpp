#pragma once

#include "actors/services.hpp"
#include "runtime/guard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

namespace ainft {

/// A follower's `handle` that runs `handler(event)`, an awaitable<caf::error>, in a strand of its own. `failure` is the
/// text of errc::internal, the event's error if the handler throws. A handler is copied for each event, and the copy
/// lives until the event is handled.
template <class Handler>
auto handle_events_by(const services& s, std::string_view failure, Handler handler) {
  return [executor = boost::asio::make_strand(s.background), failure,
          handler = std::move(handler)](const runtime::followed_event& e, std::function<void(caf::error)> done) {
    boost::asio::co_spawn(
      executor, handler(e), [handler, failure, done = std::move(done)](std::exception_ptr broken, caf::error error) {
        if (broken)
          runtime::report_exception("follower", broken);
        done(broken ? runtime::refuse(runtime::errc::internal, std::string{failure}) : std::move(error));
      });
  };
}

} // namespace ainft
