#include "net/http/request_record.hpp"

#include "net/http/field_text.hpp"
#include "runtime/log_context.hpp"

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

namespace ainft::http {

namespace {

/// Returns the counter of a route and status. Each network thread caches the counters that it has used.
caf::telemetry::int_counter* request_counter(shared_state& shared, const route* r, unsigned status) {
  thread_local std::unordered_map<uint64_t, caf::telemetry::int_counter*> seen;
  auto& slot = seen[(r ? r->index + 1 : 0) << 16 | status];
  if (!slot) {
    auto* family = shared.system.metrics().counter_family("ainft", "http_requests", {"method", "route", "status"},
                                                          "HTTP requests that got a response", "1", true);
    const auto code = std::to_string(status);
    const std::string method{r ? view(beast::http::to_string(r->method)) : "?"}, path{r ? r->path : "?"};
    slot = family->get_or_add({{"method", method}, {"route", path}, {"status", code}});
  }
  return slot;
}

} // namespace

void record_request(shared_state& shared, const call& c, std::string_view method, const reply& response,
                    std::chrono::steady_clock::time_point begin) {
  using clock = std::chrono::steady_clock;
  const auto status = response.status;
  request_counter(shared, c.at, static_cast<unsigned>(status))->inc();
  if (c.at)
    shared.latency[c.at->index]->observe(std::chrono::duration<double>(clock::now() - begin).count());
  if (shared.settings.access_log) {
    const runtime::log_context named{c.request_id, c.trace_id};
    std::string more;
    if (response.problem != runtime::errc::none)
      more += " " + to_string(response.problem);
    if (!c.who.user.is_nil())
      more += " for " + runtime::typeid_text("usr", c.who.user);
    spdlog::info("{} {} -> {}{} in {} us", std::string{method}, std::string{c.target}, status, more,
                 std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - begin).count());
  }
}

} // namespace ainft::http
