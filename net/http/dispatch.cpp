#include "net/http/dispatch.hpp"

#include "runtime/guard.hpp"
#include "runtime/log_context.hpp"
#include "runtime/try.hpp"

#include <boost/url/parse.hpp>

#include <set>

namespace ainft::http {

using namespace runtime;

namespace {

caf::error read_query(call& c, std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form({target.data(), target.size()});
  if (!parsed)
    return refuse(errc::malformed_request, "the request target must be a path with an optional query");
  std::set<std::string> repeated;
  for (const auto& p : parsed->params())
    if (!c.query.emplace(std::string{p.key}, std::string{p.value}).second)
      repeated.insert(p.key);
  std::vector<field_error> bad;
  for (const auto& name : repeated)
    bad.push_back({"/query/" + name, "must occur only once"});
  return bad.empty() ? caf::error{} : refuse_fields(std::move(bad));
}

std::string unknown_rule(const std::vector<parameter>& known) {
  std::string out = "is unknown; this route has ";
  for (const auto& p : known)
    out.append(&p == &known.front() ? "" : ", ").append(p.name);
  return out;
}

/// Refuses query parameters that the route does not have: a misspelled filter must not return everything, and a
/// misspelled `node` must not change another node. Ignores them where nothing depends on the query: proxies and wallets
/// append parameters to the addresses of pictures.
caf::error refuse_unknown_query(const call& c) {
  const auto& known = c.at->query;
  const bool selects = c.at->method == verb::get || c.at->needs.held_by == holder::operators;
  if (known.empty() || !selects || c.at->success_type != "application/json")
    return {};
  std::vector<field_error> bad;
  for (const auto& given : c.query)
    if (std::none_of(known.begin(), known.end(), [&](const auto& p) { return p.name == given.first; }))
      bad.push_back({"/query/" + given.first, unknown_rule(known)});
  if (bad.empty())
    return {};
  auto unknown = refuse_fields(std::move(bad));
  return c.at->check_query ? joined({std::move(unknown), c.at->check_query(c)}) : unknown;
}

} // namespace

caf::error dispatcher::find_route(call& c, std::string_view target) const {
  c.target = target.substr(0, target.find('?'));
  if (auto bad = read_query(c, target))
    return bad;
  AINFT_TRY(found, routes_.find(c.method, c.target, c.parameters));
  c.at = found;
  if (auto bad = refuse_unknown_query(c))
    return bad;
  if (c.headers) {
    AINFT_TRY(version, read_if_match(*c.headers));
    c.expected_version = version;
  }
  return {};
}

asio::awaitable<caf::error> dispatcher::identify(call& c, std::string_view token) const {
  auto who = co_await hooks_.authenticate(token);
  if (who)
    c.who = std::move(*who);
  else if (!c.at->needs.is_open())
    co_return std::move(who.error());
  co_return caf::error{};
}

caf::error dispatcher::admit(call& c) const {
  if (c.at->rate != rate_class::none && hooks_.may_serve && !hooks_.may_serve())
    return refuse(errc::unavailable, "this node's cluster lease has expired; use another node");
  if (c.console) {
    if (c.at->needs.held_by == holder::users)
      return refuse(errc::forbidden, "this route is for users, not for operators");
    if (c.method != verb::get && !c.console->may_change)
      return refuse(errc::forbidden, "this operator's key has read-only access");
    return {};
  }
  if (!c.at->needs.is_open() && c.who.user.is_nil())
    return refuse(errc::unauthenticated, "this route requires an Authorization header with a Bearer token");
  if (!c.at->needs.is_open() && !hooks_.holds(c.who, c.at->needs))
    return refuse(errc::forbidden, c.at->needs.held_by == holder::operators
                                     ? "this route is for operators"
                                     : "this route requires the right " + std::string{c.at->needs.name});
  if (c.agent && (c.agent->tool.empty() || c.agent->tool != c.at->tool))
    return refuse(errc::forbidden, "the agent may not call this route");
  if (!hooks_.within_rate(c))
    return refuse(errc::rate_limited, c.rate ? "the rate of the class " + c.rate->policy + " is exceeded; retry in "
                                                 + std::to_string(c.rate->more_after) + " s"
                                             : "the rate of this class is exceeded; retry later");
  return {};
}

asio::awaitable<result<reply>> dispatcher::run_once(call& c) const {
  try {
    co_return co_await c.at->function(c);
  } catch (...) {
    const log_context named{c.request_id, c.trace_id};
    report_exception("route", std::current_exception());
  }
  co_return refuse(errc::internal, "");
}

asio::awaitable<result<reply>> dispatcher::run(call& c, std::optional<std::string> key) const {
  auto out = co_await run_keyed(c, key);
  if (out && c.at->finish)
    c.at->finish(c, *out);
  co_return out;
}

asio::awaitable<result<reply>> dispatcher::run_keyed(call& c, const std::optional<std::string>& key) const {
  const bool keyed = c.at->idempotent && key;
  result<reply> out{refuse(errc::internal, "")};
  // A call may be lost on its way to another node. Then look up its key and run it again if it has not run. This is
  // safe: of two runs under one key, only one can commit.
  const auto until = std::chrono::steady_clock::now() + resume_patience;
  for (int attempt = 0; attempt < attempts_at_most; ++attempt) {
    if (keyed) {
      AINFT_CO_TRY(earlier, co_await hooks_.begin_idempotent(c, *key));
      if (earlier)
        co_return std::move(*earlier);
    }
    out = co_await run_once(c);
    if (out || !keyed || c.stream || std::chrono::steady_clock::now() >= until)
      break;
    const auto why = explain(out.error()).code;
    if (why != errc::outcome_unknown && !(c.resumed && why == errc::idempotency_in_progress))
      break;
    c.resumed = true;
  }
  if (keyed)
    co_await hooks_.end_idempotent(c, out);
  co_return out;
}

} // namespace ainft::http
