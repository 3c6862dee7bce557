#include "actors/platform/routes.hpp"

#include "actors/realtime/room.hpp"
#include "actors/replies.hpp"

#include <spdlog/spdlog.h>

namespace ainft::platform_front {

namespace {

using http::access;
using http::call;
using http::reply;

/// An entity that was given up, for operators.
struct quarantine_view {
  std::string kind;
  std::string id;
  std::string reason;
  uint32_t failures = 0;
  runtime::time_point since;
};

template <class Inspector>
bool inspect(Inspector& f, quarantine_view& x) {
  return f.object(x).fields(f.field("kind", x.kind), f.field("id", x.id), f.field("reason", x.reason), f.field("failures", x.failures), f.field("since", x.since));
}

task<reply> list_quarantine(const services& s) {
  std::vector<quarantine_view> out;
  for (auto& q : s.host.given_up().all())
    out.push_back({q.kind, realtime::id_text(q.kind, q.id), q.reason, q.failures, q.since});
  co_return whole_list(out);
}

task<reply> release(const services& s, call& c) {
  const auto kind = c.parameters.at(0), id = c.parameters.at(1);
  for (const auto& q : s.host.given_up().all())
    if (q.kind == kind && realtime::id_text(q.kind, q.id) == id && s.host.given_up().release(q.kind, q.id)) {
      spdlog::info("operator {} let the {} {} out of quarantine", c.who.wallet, q.kind, id);
      co_return no_content();
    }
  co_return runtime::refuse(runtime::errc::not_found, "there is no such thing in quarantine");
}

} // namespace

void add_operator_routes(http::route_table& routes, const services& s) {
  routes.answers_list<quarantine_view>(routes.get("/v1/admin/quarantine", "Operators", "Things of this node that cannot be loaded and were given up", access::operators,
                                                  [&s](call&) { return list_quarantine(s); }));
  auto& out = routes.post("/v1/admin/quarantine/{kind}/{id}/release", "Operators", "Have a thing be loaded again that was given up", access::operators,
                          [&s](call& c) { return release(s, c); });
  out.success = 204;
}

} // namespace ainft::platform_front
