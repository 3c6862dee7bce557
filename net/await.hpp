#pragma once

#include "runtime/cluster/router.hpp"
#include "runtime/reply_port.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>

namespace ainft::net {

namespace asio = boost::asio;

/// Suspends the coroutine until a callback is called. `start` gets the callback, a `std::function<void(T)>`, and calls
/// it once, from any thread. The coroutine resumes on its own executor.
template <class T, class Start>
asio::awaitable<T> await_call(Start start) {
  auto initiate = [start = std::move(start)](auto&& handler) mutable {
    using handler_type = std::decay_t<decltype(handler)>;
    auto executor = asio::prefer(asio::get_associated_executor(handler), asio::execution::outstanding_work.tracked);
    auto shared = std::make_shared<handler_type>(std::forward<decltype(handler)>(handler));
    start(std::function<void(T)>{[shared, executor](T value) {
      asio::post(executor, [shared, value = std::make_shared<T>(std::move(value))] { (*shared)(std::move(*value)); });
    }});
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(T)>(std::move(initiate), asio::use_awaitable);
}

/// Converts a reply to a T. Refuses with errc::internal if the reply has another type.
template <class T>
runtime::result<T> reply_as(runtime::result<caf::message> got) {
  if (!got)
    return std::move(got.error());
  if constexpr (std::same_as<T, caf::unit_t>) // CAF sends unit as an empty message
    if (got->empty())
      return caf::unit;
  if (!got->template match_elements<T>())
    return runtime::refuse(runtime::errc::internal, "an actor sent a response of an unexpected type");
  return got->template get_as<T>(0);
}

/// Sends `request` to an actor and waits for its answer, a T.
template <class T>
asio::awaitable<runtime::result<T>> ask(runtime::reply_port& port, caf::actor target, caf::message request,
                                        std::chrono::milliseconds timeout) {
  using reply = runtime::result<caf::message>;
  auto start = [&port, target = std::move(target), request = std::move(request),
                timeout](std::function<void(reply)> done) { port.ask(target, request, timeout, std::move(done)); };
  auto got = co_await await_call<reply>(std::move(start));
  co_return reply_as<T>(std::move(got));
}

/// Sends `request` to an entity, on whatever node it lives, and waits for its answer.
inline asio::awaitable<runtime::result<runtime::answer>> ask_entity(runtime::cluster::router& entities,
                                                                    std::string_view kind, runtime::uuid id,
                                                                    caf::message request,
                                                                    std::chrono::milliseconds timeout) {
  using reply = runtime::result<caf::message>;
  auto start = [&entities, kind, id, request = std::move(request), timeout](std::function<void(reply)> done) mutable {
    entities.ask(kind, id, std::move(request), timeout, std::move(done));
  };
  auto got = co_await await_call<reply>(std::move(start));
  co_return reply_as<runtime::answer>(std::move(got));
}

/// Runs a query on `db` (see persistence::database::run) and waits for its result.
template <class Database, class Query>
auto query(const Database& db, Query q) {
  using value = runtime::result<decltype(q(std::declval<typename Database::session_type&>()))>;
  auto start = [&db, q = std::move(q)](std::function<void(value)> done) mutable {
    db.run(std::move(q), std::move(done));
  };
  return await_call<value>(std::move(start));
}

} // namespace ainft::net
