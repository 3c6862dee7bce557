#include "actors/admin/operations/operators_call.hpp"

namespace ainft::operations {

using runtime::errc;
using runtime::refuse;

namespace {

console_reply reply_of(http::reply from) { return {static_cast<uint16_t>(from.status), std::move(from.body)}; }

} // namespace

console_reply refusal(const caf::error& why, std::string_view target) {
  return reply_of(http::problem_reply(why, target));
}

boost::asio::awaitable<console_reply> run(const http::dispatcher& front, operators_call what, bool was_admitted) {
  http::call c;
  c.method = boost::beast::http::string_to_verb(what.method);
  c.body = std::move(what.body);
  c.console = std::move(what.who);
  c.request_id = runtime::uuid::make().str();
  auto bad = front.find_route(c, what.target);
  if (!bad && c.at->needs.held_by != http::holder::operators)
    bad = refuse(errc::forbidden, "operators may only call routes under /v1/admin");
  if (!bad && !was_admitted)
    bad = front.admit(c);
  if (bad)
    co_return refusal(bad, what.target);
  auto done = co_await front.run(c, {});
  co_return done ? reply_of(std::move(*done)) : refusal(done.error(), what.target);
}

} // namespace ainft::operations
