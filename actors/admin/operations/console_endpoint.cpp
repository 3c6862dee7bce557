#include "actors/admin/operations/console_endpoint.hpp"

#include "actors/admin/operations/operators_call.hpp"
#include "actors/admin/operations/operators_file.hpp"
#include "runtime/guard.hpp"
#include "runtime/messages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>

#include <caf/event_based_actor.hpp>

namespace ainft::operations {

namespace {

boost::asio::awaitable<console_reply> answer(const http::dispatcher& front, std::shared_ptr<const operators_file> known,
                                             console_call what) {
  auto who = known->find(what.key);
  if (!who)
    co_return refusal(who.error(), what.target);
  operators_call call{std::move(what.method), std::move(what.target), std::move(what.body), std::move(*who)};
  co_return co_await run(front, std::move(call), false);
}

} // namespace

caf::actor start_console_endpoint(caf::actor_system& system, const http::dispatcher& front,
                                  boost::asio::any_io_executor executor, std::string file) {
  const auto known = std::make_shared<const operations::operators_file>(std::move(file));
  return system.spawn([&front, executor, known](caf::event_based_actor* self) -> caf::behavior {
    return {
      [&front, executor, known, self](console_call& what) -> caf::result<console_reply> {
        auto promise = self->make_response_promise<console_reply>();
        boost::asio::co_spawn(boost::asio::make_strand(executor), answer(front, known, std::move(what)),
                              [promise](std::exception_ptr broken, console_reply said) mutable {
                                if (broken) {
                                  runtime::report_exception("console", broken);
                                  said = {500, "{}"};
                                }
                                promise.deliver(std::move(said));
                              });
        return promise;
      },
      [](const runtime::continuation& c) { runtime::guarded("console", c.run); },
    };
  });
}

} // namespace ainft::operations
