#include "actors/platform/routes.hpp"

#include "actors/ai/job/api.hpp"
#include "actors/chain/sponsor/api.hpp"
#include "actors/platform/api_about.hpp"
#include "actors/platform/version.hpp"
#include "actors/realtime/api.hpp"

#include "net/cached.hpp"
#include "net/http/api_document.hpp"
#include "net/http/file_body.hpp"
#include "net/sha256.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/registered_name.hpp"

#include <caf/telemetry/collector/prometheus.hpp>

#include <openssl/crypto.h>

namespace ainft::platform_front {

namespace {

using boost::asio::awaitable;
using http::call;
using http::reply;
using runtime::errc;
using runtime::refuse;

constexpr std::chrono::seconds probe_timeout{2};

AINFT_ENUM(probe_status, up, down)

/// The result of probing a dependency.
struct probe {
  probe_status status = probe_status::down;
  double latency_ms = 0;
  std::optional<std::string> problem;
};
AINFT_DESCRIBE(probe, (status, about("Whether it responds.")),
               (latency_ms, about("How long it took to respond, in milliseconds.")),
               (problem, about("Why it is down.")))
AINFT_ABOUT(probe, "Whether a dependency of the node works.")

struct purse_view {
  sponsor::level status = sponsor::level::unknown;
};
AINFT_DESCRIBE(purse_view, (status, about("The level of its balance. `stopped`: too low to prepare a transaction. "
                                          "`unknown`: it was not read yet.")))
AINFT_ABOUT(purse_view, "The account that pays for users' transactions.")

struct probes {
  probe postgresql;
  probe redis;
  probe solana;
  purse_view fee_payer;
};
AINFT_DESCRIBE(probes, (postgresql, about("Without it, the node is not ready.")),
               (redis, about("Without it, some features wait.")),
               (solana, about("Without it, minting and sales wait.")),
               (fee_payer, about("If its balance is low, minting and sales may have to wait.")))
AINFT_ABOUT(probes, "The dependencies of the node.")

AINFT_ENUM(readiness_status, ready, degraded, not_ready, draining)

struct readiness {
  readiness_status status = readiness_status::not_ready;
  std::optional<probes> checks;
  std::vector<ai_job::provider_view> ai_providers;
};
AINFT_DESCRIBE(readiness,
               (status, about("`ready` and `degraded`: the node serves requests (200). `degraded`: Redis, Solana or an "
                              "AI provider is down, or the fee payer's balance is low, so some features wait. "
                              "`not_ready`: PostgreSQL is down, or the node's cluster lease has expired (503). "
                              "`draining`: the node stops soon (503).")),
               (checks, about("Absent if the node's cluster lease has expired, because it may not use them then.")),
               (ai_providers, about("The AI providers and their status.")))
AINFT_ABOUT(readiness, "Whether a node can serve requests.")

AINFT_ENUM(liveness, alive)

struct health {
  liveness status = liveness::alive;
  std::string version;
  uint64_t uptime_seconds = 0;
  uint64_t entities = 0;
};
AINFT_DESCRIBE(health, (status, about("`alive`.")), (version, about("The version of the program and of the API.")),
               (uptime_seconds, about("How long the process has run, in seconds.")),
               (entities, about("The number of entities in memory.")))
AINFT_ABOUT(health, "A process that is alive.")

struct openapi_document {
  std::string openapi;
  runtime::raw_json info, servers, tags, paths, components;
};
AINFT_DESCRIBE(openapi_document, (openapi, about("The version of OpenAPI: `3.1.0`.")),
               (info, about("Title, version and introduction of the API.")), (servers, about("The base URL.")),
               (tags, about("The groups of operations.")), (paths, about("The operations, by path and method.")),
               (components, about("The schemas, by name, and how to sign in.")))
AINFT_ABOUT(openapi_document, "An OpenAPI 3.1 document: https://spec.openapis.org/oas/v3.1.1.html")

struct asyncapi_document {
  std::string asyncapi, default_content_type;
  runtime::raw_json info, servers, channels, operations, components;
};
AINFT_DESCRIBE(asyncapi_document, (asyncapi, about("The version of AsyncAPI: `3.0.0`.")),
               (default_content_type, about("`application/json`.")), (info, about("Title, version and introduction.")),
               (servers, about("The address for sockets.")),
               (channels, about("The rooms and the socket itself, with their messages.")),
               (operations, about("What the server sends and takes.")),
               (components, about("The messages, and the schemas by name. `Events` has all events of the journal.")))
AINFT_ABOUT(asyncapi_document, "An AsyncAPI 3.0 document: https://www.asyncapi.com/docs/reference/specification/v3.0.0")

/// Measures the latency of `ask`, an awaitable of a result.
template <class Ask>
awaitable<probe> timed(Ask ask) {
  const auto begin = std::chrono::steady_clock::now();
  const auto got = co_await std::move(ask);
  probe out;
  out.latency_ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  out.status = got ? probe_status::up : probe_status::down;
  if (!got)
    out.problem = runtime::explain(got.error()).detail;
  co_return out;
}

awaitable<probes> probe_all(const services& s, const surroundings& around) {
  auto one = [](persistence::session& db) {
    static constexpr persistence::statement ask{"ready", "select 1"};
    return db.run(ask).size() == 1;
  };
  probes out;
  out.postgresql = co_await timed(net::query(s.db, one));
  auto ping = caf::make_message(caf::get_atom_v);
  out.redis = co_await timed(net::ask<caf::ok_atom>(s.port, around.redis, std::move(ping), probe_timeout));
  out.solana = co_await timed(on_chain<bool>([&](auto done) { s.chain.health(std::move(done)); }));
  out.fee_payer.status = s.purse.at();
  co_return out;
}

task<reply> show_readiness(const services& s, const surroundings& around, net::cached<probes>& checks) {
  readiness out;
  if (!s.entities.may_serve()) // the probes would use services that this node may not reach
    co_return http::json_reply(out, 503);
  const auto found = co_await checks.get([&] { return probe_all(s, around); });
  const auto up = [](const probe& p) { return p.status == probe_status::up; };
  out.ai_providers = around.providers->views();
  const bool makers_up = std::all_of(out.ai_providers.begin(), out.ai_providers.end(),
                                     [](const auto& p) { return p.status == ai::health::up; });
  const auto purse = found.fee_payer.status;
  const bool can_pay = purse != sponsor::level::low && purse != sponsor::level::stopped;
  using enum readiness_status;
  out.status = around.draining()                                             ? draining
               : !up(found.postgresql)                                       ? not_ready
               : up(found.redis) && up(found.solana) && makers_up && can_pay ? ready
                                                                             : degraded;
  out.checks = found;
  co_return http::json_reply(out, out.status == ready || out.status == degraded ? 200 : 503);
}

task<reply> show_health(const services& s, const surroundings& around) {
  using std::chrono::duration_cast, std::chrono::seconds;
  const auto up = duration_cast<seconds>(s.host.time().now() - around.started).count();
  co_return http::json_reply(
    health{liveness::alive, std::string{api_version}, static_cast<uint64_t>(up), s.host.count()});
}

/// 1 for a provider that is up; 0 for one that is down or recovering.
void measure_providers(const services& s, const ai_job::providers& all) {
  auto* family =
    s.system.metrics().gauge_family("ainft", "ai_provider_up", {"provider"}, "Whether an AI provider is available");
  for (const auto& p : all.views())
    family->get_or_add({{"provider", p.name}})->value(p.status == ai::health::up ? 1 : 0);
}

struct metrics_page {
  explicit metrics_page(std::chrono::milliseconds interval) : text{interval} {}
  net::cached<std::string> text;
  caf::telemetry::collector::prometheus collector; ///< its buffer is reused between calls
};

awaitable<std::string> collect(const services& s, const surroundings& around, metrics_page& page) {
  measure_providers(s, *around.providers);
  const auto text = page.collector.collect_from(s.system.metrics());
  co_return std::string{text.begin(), text.end()};
}

/// Whether the call carries the token. Compares digests in constant time, so that the time reveals neither the token
/// nor its length.
bool bears(const call& c, std::string_view token) {
  const auto it = c.headers->find(boost::beast::http::field::authorization);
  const std::string_view given =
    it == c.headers->end() ? std::string_view{} : std::string_view{it->value().data(), it->value().size()};
  constexpr std::string_view scheme = "Bearer ";
  if (!given.starts_with(scheme))
    return false;
  const auto mine = net::sha256::of(token), theirs = net::sha256::of(given.substr(scheme.size()));
  return CRYPTO_memcmp(mine.data(), theirs.data(), mine.size()) == 0;
}

task<reply> show_metrics(const services& s, const surroundings& around, metrics_page& page, call& c) {
  if (!around.metrics_token.empty() && !bears(c, around.metrics_token))
    co_return refuse(errc::unauthenticated, "this route requires the Bearer token from metrics.token-file");
  reply out;
  out.content_type = "text/plain; version=0.0.4";
  out.body = co_await page.text.get([&] { return collect(s, around, page); });
  co_return out;
}

// Files of Swagger UI. The page that starts it is ours and has no inline scripts, so that the policy can be strict.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> docs_files{{
  {"swagger-ui.css", "text/css"},
  {"swagger-ui-bundle.js", "text/javascript"},
  {"swagger-ui-standalone-preset.js", "text/javascript"},
  {"favicon-32x32.png", "image/png"},
  {"favicon-16x16.png", "image/png"},
}};

constexpr std::string_view docs_start_name = "start.js";

/// The name of a file of the documentation page.
struct docs_file_names {
  static constexpr std::string_view description = "a file of the page";
  static std::vector<std::string> names() {
    std::vector<std::string> out{std::string{docs_start_name}};
    for (const auto& [name, type] : docs_files)
      out.emplace_back(name);
    return out;
  }
};
using docs_file_name = runtime::registered_name<docs_file_names>;

constexpr std::string_view docs_page = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>AiNFT API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/swagger-ui-standalone-preset.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
)html";

constexpr std::string_view docs_start = R"js(SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  validatorUrl: null,
  tryItOutEnabled: true,
});
)js";

constexpr std::string_view docs_policy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

reply docs_text(std::string_view text, std::string type) {
  reply out;
  out.body = text;
  out.content_type = std::move(type);
  out.headers = {{"Content-Security-Policy", std::string{docs_policy}}};
  return out;
}

task<reply> docs_file(const surroundings& around, const call& c) {
  const auto name = c.parameters.at(0);
  if (name == docs_start_name)
    co_return docs_text(docs_start, "text/javascript");
  const auto known = std::find_if(docs_files.begin(), docs_files.end(), [&](const auto& f) { return f.first == name; });
  std::optional<uint64_t> size;
  const auto path = around.docs / name;
  if (known != docs_files.end())
    size = co_await http::file_size(c, path);
  if (!size)
    co_return refuse(errc::not_found, "no such route");
  reply out;
  out.content_type = known->second;
  out.headers = {{"Cache-Control", "public, max-age=3600"}};
  out.file = http::file_part{path, 0, *size};
  co_return out;
}

constexpr auto tag = "Platform";

http::route& plain(http::route_table& routes, std::string path, std::string summary, http::handler f) {
  auto& r = routes.get(std::move(path), tag, std::move(summary), http::open_to_all, std::move(f));
  r.rate = http::rate_class::none;
  return r;
}

/// Adds a route that returns the same JSON text each time.
http::route& fixed_document(http::route_table& routes, std::string path, std::string summary,
                            std::shared_ptr<const std::string> text) {
  return plain(routes, std::move(path), std::move(summary), [text = std::move(text)](call&) -> task<reply> {
    reply out;
    out.body = *text;
    co_return out;
  });
}

void add_docs_routes(http::route_table& routes, const surroundings& around) {
  plain(routes, "/docs", "Read this API's documentation",
        [](call&) -> task<reply> { co_return docs_text(docs_page, "text/html; charset=utf-8"); })
    .named("getDocs")
    .describe("A page for a browser, on which you can also try the API.")
    .answers_type("text/html");
  plain(routes, "/docs/{file}", "Get a file of the documentation page", [&](call& c) { return docs_file(around, c); })
    .named("getDocsFile")
    .describe("The page at `/docs` loads its scripts and styles from here.")
    .takes<docs_file_name>("The name of the file.")
    .answers_type("*/*");
}

} // namespace

void add_metrics_route(http::route_table& routes, const services& s, const surroundings& around) {
  auto page = std::make_shared<metrics_page>(around.probe_interval);
  plain(routes, "/metrics", "Get the node's metrics", [&, page](call& c) { return show_metrics(s, around, *page, c); })
    .named("getMetrics")
    .describe("In Prometheus' text format. If the operator has set a token for it, the request needs that token: "
              "`Authorization: Bearer TOKEN`.")
    .refuses({errc::unauthenticated})
    .answers_type("text/plain");
}

void add_routes(http::route_table& routes, const services& s, const surroundings& around) {
  routes.describe_tag(tag, "The state of a node, and the description of the API. For everybody, without a rate.");
  plain(routes, "/healthz", "Check whether the process is alive", [&](call&) { return show_health(s, around); })
    .named("getHealth")
    .describe("Answers as long as the process runs, even if its database does not. To select nodes for requests, use "
              "`/readyz`.")
    .answers<health>();
  auto checks = std::make_shared<net::cached<probes>>(around.probe_interval);
  plain(routes, "/readyz", "Check whether the node can serve requests",
        [&, checks](call&) { return show_readiness(s, around, *checks); })
    .named("getReadiness")
    .describe("For load balancers, with the status of the node's dependencies. A node that cannot serve requests "
              "responds with the same body and 503.")
    .answers<readiness>()
    .answers_also<readiness>(503);
  if (!around.metrics_elsewhere)
    add_metrics_route(routes, s, around);
  add_docs_routes(routes, around);
  auto document = std::make_shared<std::string>();
  fixed_document(routes, "/openapi.json", "Get this API's description", document)
    .named("getApiDescription")
    .describe("An OpenAPI 3.1 document of all operations, from which programs can generate a client.")
    .answers<openapi_document>();
  fixed_document(routes, "/asyncapi.json", "Get the description of sockets and events",
                 std::make_shared<std::string>(realtime::catalog(api_version, s.platform.public_url).dump()))
    .named("getRealtimeDescription")
    .describe("The rooms, the events that each of them shows, and what clients can send over a socket. AsyncAPI 3.0.")
    .answers<asyncapi_document>();
  const http::api_facts facts{"AiNFT", std::string{api_version}, std::string{api_about}, s.platform.public_url};
  *document = http::api_document(routes, facts).dump();
}

} // namespace ainft::platform_front
