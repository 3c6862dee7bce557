#include "actors/admin/operations/node_service.hpp"

#include "actors/admin/operations/operators_call.hpp"
#include "net/percent_encoding.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/codec/json_text.hpp"
#include "runtime/guard.hpp"
#include "runtime/try.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <spdlog/spdlog.h>

namespace ainft::operations {

using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;
using runtime::uuid;

namespace {

constexpr std::chrono::seconds node_patience{15};

/// A call that one node forwards to another.
struct passed_call {
  std::string method;
  std::string target;
  std::string body;
  std::string caller;
};
AINFT_DESCRIBE(passed_call, method, target, body, caller)

/// The call's path and query, without the parameter `node`.
std::string target_of(const call& c) {
  std::string out{c.target};
  char before = '?';
  for (const auto& [name, value] : c.query)
    if (name != "node")
      out += std::exchange(before, '&') + name + "=" + net::percent_encoded(value);
  return out;
}

reply reply_of(console_reply p) {
  reply out;
  out.status = p.status;
  out.body = std::move(p.body);
  if (p.status >= 400)
    out.content_type = "application/problem+json";
  return out;
}

} // namespace

std::string caller_of(const call& c) { return c.console ? "console:" + c.console->name : c.who.wallet; }

task<reply> node_service::ask(call& c, uuid node) const {
  const passed_call passed{std::string{boost::beast::http::to_string(c.method)}, target_of(c), c.body, caller_of(c)};
  auto start = [this, node, body = runtime::to_json(passed)](std::function<void(runtime::result<caf::message>)> done) {
    s_.entities.ask_node(node, body, node_patience, std::move(done));
  };
  auto got = co_await net::await_call<runtime::result<caf::message>>(std::move(start));
  AINFT_CO_TRY(said, net::reply_as<runtime::answer>(std::move(got)));
  auto answered = runtime::from_json_text<console_reply>(said.body);
  if (!answered)
    co_return refuse(errc::unavailable, "the node sent a response of an unexpected type");
  co_return reply_of(std::move(*answered));
}

http::handler node_service::on_named_node(http::handler f) const {
  return [this, f = std::move(f)](call& c) -> task<reply> {
    const auto named = c.query.find("node");
    if (named == c.query.end() || named->second == parts_.name)
      co_return co_await f(c);
    const auto* place = s_.entities.place();
    if (place)
      for (const auto placed = place->now(); const auto& m : placed->who().members)
        if (m.name == named->second)
          co_return co_await ask(c, m.node);
    co_return refuse(errc::not_found, "no node has this name");
  };
}

http::handler node_service::wherever_it_is(http::handler f) const {
  return [this, f = std::move(f)](call& c) -> task<reply> {
    auto here = co_await f(c);
    const auto* place = s_.entities.place();
    const bool is_passed = c.console && c.console->name.starts_with("node:");
    if (here || runtime::explain(here.error()).code != errc::not_found || !place || is_passed)
      co_return here;
    const auto placed = place->now();
    for (const auto& m : placed->who().members) {
      if (m.node == place->self())
        continue;
      auto there = co_await ask(c, m.node);
      if (there && there->status != 404)
        co_return there;
    }
    co_return here;
  };
}

boost::asio::awaitable<std::string> node_service::answer(std::string body) const {
  auto asked = runtime::from_json_text<passed_call>(body);
  if (!asked) {
    const auto why = refuse(errc::malformed_request, "cannot read the forwarded request");
    co_return runtime::to_json(refusal(why, {}));
  }
  operators_call call{
    std::move(asked->method), std::move(asked->target), std::move(asked->body), {"node:" + asked->caller, true}};
  co_return runtime::to_json(co_await run(*front_, std::move(call), true));
}

void node_service::serve(const http::dispatcher& front, boost::asio::any_io_executor executor) {
  front_ = &front;
  s_.entities.answer_nodes([this, executor](std::string body, runtime::cluster::router::receiver on_reply) {
    boost::asio::co_spawn(boost::asio::make_strand(executor), answer(std::move(body)),
                          [on_reply = std::move(on_reply)](std::exception_ptr broken, std::string said) {
                            if (broken)
                              runtime::report_exception("console", broken);
                            if (!on_reply)
                              return;
                            if (broken)
                              return on_reply(refuse(errc::internal, "the forwarded request failed with an exception"));
                            on_reply(caf::make_message(runtime::answer{0, std::move(said)}));
                          });
  });
}

namespace {

struct audited_change {
  std::string caller, node, method, target, body;
};

constexpr int under_way = 0; ///< status of a change whose outcome is not stored yet

int64_t begin_audit(persistence::session& db, const audited_change& c) {
  static constexpr persistence::statement insert{"audit_insert", R"sql(
    insert into operator_audit (caller, node, method, target, body, status) values ($1, $2, $3, $4, $5, $6)
    returning id)sql"};
  return db.run(insert, persistence::parameters{c.caller, c.node, c.method, c.target, c.body, under_way})[0][0]
    .as<int64_t>();
}

bool end_audit(persistence::session& db, int64_t row, int status) {
  static constexpr persistence::statement update{"audit_end", "update operator_audit set status = $2 where id = $1"};
  db.run(update, persistence::parameters{row, status});
  return true;
}

} // namespace

/// The audit row is written first. If that fails, the change does not happen.
http::handler node_service::audited(http::handler f) const {
  return [this, f = std::move(f)](call& c) -> task<reply> {
    const audited_change what{caller_of(c), parts_.name, std::string{boost::beast::http::to_string(c.method)},
                              target_of(c), c.body};
    auto begin = [what](persistence::session& db) { return begin_audit(db, what); };
    auto row = co_await net::query(s_.db, std::move(begin));
    if (!row)
      co_return std::move(row.error());
    auto done = co_await f(c);
    const int status = done ? done->status : runtime::traits(runtime::explain(done.error()).code).status;
    spdlog::info("operator {}: {} {} -> {}", what.caller, what.method, what.target, status);
    auto end = [row = *row, status](persistence::session& db) { return end_audit(db, row, status); };
    if (auto written = co_await net::query(s_.db, std::move(end)); !written)
      spdlog::warn("cannot store the outcome of the operator's change {}: {}", *row,
                   runtime::explain(written.error()).detail);
    co_return done;
  };
}

} // namespace ainft::operations
