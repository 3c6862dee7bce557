#pragma once

#include "config/section.hpp"

#include <caf/timespan.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// The sections of settings that belong to the program itself. A capability has its own (see section.hpp).
namespace ainft::config {

using caf::timespan;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct log_settings {
  std::string level = "info";
  std::string format = "human";
  bool requests = true;
};
AINFT_SETTINGS(log_settings) {
  f("level", x.level, "minimum level to log", one_of({"debug", "info", "warning", "error"}));
  f("format", x.format, "human for text lines, json for one JSON object per line", one_of({"human", "json"}));
  f("requests", x.requests, "log each request");
}

struct http_settings {
  std::string address = "127.0.0.1";
  uint16_t port = 8080;
  uint32_t threads = 2;
  std::string public_url;
  timespan idle_timeout = seconds{60};
  timespan header_timeout = seconds{10};
  timespan body_timeout = seconds{30};
  timespan write_timeout = seconds{30};
  uint32_t header_limit = 16 * 1024;
  uint32_t json_limit = 64 * 1024;
  uint32_t max_connections = 10'000;
  uint32_t file_threads = 2;
  std::vector<std::string> cors_origins;
  std::vector<std::string> trusted_proxies;
  std::string client_header = "x-forwarded-for";
  bool proxy_protocol = false;
  timespan probe_interval = seconds{1};
  timespan drain_delay = seconds{0};
  timespan drain_patience = seconds{15};
  std::string docs_folder = "tools/api_docs/node_modules/swagger-ui-dist";

  void check(const requirement& need) const {
    need(!public_url.ends_with('/'), "public-url", "must not end with a slash");
    need(!proxy_protocol || !trusted_proxies.empty(), "proxy-protocol",
         "needs http.trusted-proxies, because the header is accepted only from these");
  }
};
AINFT_SETTINGS(http_settings) {
  f("address", x.address, "address to listen on");
  f("port", x.port, "port to listen on; 0 for any");
  f("threads", x.threads, "network threads", between(1, 256));
  f("public-url", x.public_url, "public base URL of the platform; http://<address>:<port> if empty", http_url);
  f("idle-timeout", x.idle_timeout, "maximum idle time of a connection between requests");
  f("header-timeout", x.header_timeout, "maximum time to receive a request's header");
  f("body-timeout", x.body_timeout, "maximum time to receive each part of a body");
  f("write-timeout", x.write_timeout, "maximum time to send each part of a response");
  f("header-limit", x.header_limit, "maximum size of a header in bytes", at_least(1024));
  f("json-limit", x.json_limit, "maximum size of a JSON body in bytes");
  f("max-connections", x.max_connections, "maximum number of open connections; the server closes any others");
  f("file-threads", x.file_threads, "threads that read files, so that network threads do not wait for the disk",
    between(1, 64));
  f("cors-origins", x.cors_origins, "allowed CORS origins, * for any");
  f("trusted-proxies", x.trusted_proxies,
    "addresses and networks (10.0.0.0/8) of the proxies whose client address the server trusts");
  f("client-header", x.client_header,
    "header in which trusted proxies send the client's address; they must set or extend it on every request",
    one_of({"x-forwarded-for", "forwarded", "none"}));
  f("proxy-protocol", x.proxy_protocol,
    "expect a PROXY protocol header (version 1 or 2) on connections from trusted proxies");
  f("probe-interval", x.probe_interval,
    "minimum time between two probes for /readyz, and between two readings for /metrics",
    between(milliseconds{10}, minutes{1}));
  f("drain-delay", x.drain_delay, "how long a stopping node still accepts requests while /readyz already returns 503");
  f("drain-patience", x.drain_patience, "how long a stopping node waits for requests in progress");
  f("docs-folder", x.docs_folder, "folder of swagger-ui-dist, for /docs");
}

struct metrics_settings {
  std::string address = "127.0.0.1";
  uint16_t port = 0;
  std::string token_file;
};
AINFT_SETTINGS(metrics_settings) {
  f("address", x.address, "address to listen on for /metrics, if metrics.port is set");
  f("port", x.port, "separate port for /metrics; 0 for http.port");
  f("token-file", x.token_file,
    "file with the Bearer token that /metrics requires, at least 16 characters; none if empty");
}

/// Requests by class.
struct rate_settings {
  double read_per_second = 200, read_burst = 400;
  double write_per_second = 20, write_burst = 60;
  double bid_per_second = 20, bid_burst = 100;
  double sign_in_per_second = 5, sign_in_burst = 30;
  double upload_per_second = 2, upload_burst = 20;
  double handshake_per_second = 20, handshake_burst = 200;
  uint32_t callers = 100'000;

  void check(const requirement& need) const;
};
AINFT_SETTINGS(rate_settings) {
  f("read-per-second", x.read_per_second, "reading requests per second for each caller; 0 for no limit", at_least(0));
  f("read-burst", x.read_burst, "reading requests allowed in a burst");
  f("write-per-second", x.write_per_second, "writing requests per second for each caller; 0 for no limit", at_least(0));
  f("write-burst", x.write_burst, "writing requests allowed in a burst");
  f("bid-per-second", x.bid_per_second, "bids per second for each caller; 0 for no limit", at_least(0));
  f("bid-burst", x.bid_burst, "bids allowed in a burst");
  f("sign-in-per-second", x.sign_in_per_second, "sign-in requests per second for each caller; 0 for no limit",
    at_least(0));
  f("sign-in-burst", x.sign_in_burst, "sign-in requests allowed in a burst");
  f("upload-per-second", x.upload_per_second, "uploads per second for each caller; 0 for no limit", at_least(0));
  f("upload-burst", x.upload_burst, "uploads allowed in a burst");
  f("handshake-per-second", x.handshake_per_second, "handshakes of sockets per second for each caller; 0 for no limit",
    at_least(0));
  f("handshake-burst", x.handshake_burst, "handshakes of sockets allowed in a burst");
  f("callers", x.callers,
    "callers tracked individually in each class; the least recent others share approximate limits",
    between(1'000, 10'000'000));
}

struct postgres_settings {
  std::string url = "dbname=ainft";
  std::string password_file;
  uint32_t writers = 1;
  uint32_t readers = 2;
  uint32_t query_readers = 3;
  uint32_t follower_readers = 1;
  uint32_t max_batch = 256;
  uint32_t write_queue = 10'000;
  timespan write_timeout = seconds{8};
  timespan patience = seconds{0};

  void check(const requirement& need) const {
    need(url.find("password") == std::string::npos, "url",
         "must not contain a password: use postgres.password-file or AINFT_POSTGRES_PASSWORD");
  }
};
AINFT_SETTINGS(postgres_settings) {
  f("url", x.url, "libpq connection string, without a password");
  f("password-file", x.password_file, "file with the password; or AINFT_POSTGRES_PASSWORD");
  f("writers", x.writers, "journal writers, each with a connection", between(1, 64));
  f("readers", x.readers, "journal readers that load entities, each with a connection", between(1, 64));
  f("query-readers", x.query_readers, "journal readers for lists and other queries, each with a connection",
    between(1, 64));
  f("follower-readers", x.follower_readers, "journal readers for followers, each with a connection", between(1, 64));
  f("max-batch", x.max_batch, "maximum appends in one transaction", between(1, 4096));
  f("write-queue", x.write_queue, "maximum appends waiting for one journal writer; more commands get 503",
    between(100, 1'000'000));
  f("write-timeout", x.write_timeout, "statement timeout of the journal writers",
    between(milliseconds{100}, minutes{5}));
  f("patience", x.patience, "how long a starting node waits for an unreachable database");
}

struct redis_settings {
  std::string address = "127.0.0.1:6379";
};
AINFT_SETTINGS(redis_settings) { f("address", x.address, "host:port, or the path of a Unix socket"); }

struct cluster_settings {
  std::string name;
  std::string address = "127.0.0.1";
  std::string advertised_address;
  uint16_t port = 0;
  std::vector<std::string> roles{"front", "entities", "workers"};
  std::string certificate_file, key_file, authority_file;
  uint16_t console_port = 0;
  std::string operators_file;
  timespan lease = seconds{5};
  timespan beat = milliseconds{500};
  timespan suspect_after = milliseconds{2'500};

  /// Nodes of a cluster authenticate each other by certificates. A node without one runs alone.
  [[nodiscard]] bool is_on() const noexcept { return !certificate_file.empty(); }
  void check(const requirement& need) const;
};
AINFT_SETTINGS(cluster_settings) {
  f("certificate-file", x.certificate_file,
    "this node's certificate (PEM); without it, the node runs without a cluster", readable_file);
  f("key-file", x.key_file, "private key of the certificate (PEM)", readable_file);
  f("authority-file", x.authority_file,
    "certificate of the authority that must have signed other nodes' certificates (PEM)", readable_file);
  f("name", x.name, "name of this node, 1 to 100 characters; <host>:<http.port> if empty");
  f("address", x.address, "address to listen on for other nodes");
  f("port", x.port, "port to listen on for other nodes; 0 for any");
  f("advertised-address", x.advertised_address,
    "address at which other nodes reach this one; cluster.address if empty");
  f("roles", x.roles,
    "roles of this node: front (serves clients; a hint for load balancers, since every node answers), entities (owns "
    "entities), workers (runs AI jobs, follows the journal)",
    one_of({"front", "entities", "workers"}));
  f("lease", x.lease, "how long a node that sends no heartbeat still counts as alive", between(seconds{1}, minutes{1}));
  f("beat", x.beat, "interval of heartbeats, at most a third of cluster.lease");
  f("console-port", x.console_port, "port to listen on for operators' consoles (see docs/operations.md); 0 to disable");
  f("operators-file", x.operators_file,
    "file of the operators who may use a console: per line a name, a role (viewer or operator) and a key's SHA-256",
    readable_file);
  f("suspect-after", x.suspect_after,
    "how long a node may stay silent before others report it unreachable; half of it after its connection was closed");
}

struct solana_settings {
  std::string rpc_url = "http://127.0.0.1:8899";
  std::string fee_payer_key_file;
  std::string reserve_name = "monads.skr";
  std::string reserve_address;
  uint32_t fee_bps = 250;
  timespan signature_window = seconds{90};
};
AINFT_SETTINGS(solana_settings) {
  f("rpc-url", x.rpc_url, "JSON-RPC URL of a Solana node");
  f("fee-payer-key-file", x.fee_payer_key_file, "file of the key pair that pays fees and transfers sold NFTs",
    required);
  f("reserve-name", x.reserve_name, "name of the account that receives the platform's fee");
  f("reserve-address", x.reserve_address, "address of the account that receives the platform's fee", required);
  f("fee-bps", x.fee_bps, "the platform's fee in basis points of a price", between(0, 5000));
  f("signature-window", x.signature_window, "time for a wallet to sign a transaction");
}

struct auth_settings {
  std::string token_key_file;
  std::string domain;
  std::vector<std::string> operators;
  std::string chain_id = "localnet";
  timespan access_lifetime = minutes{15};
  timespan refresh_lifetime = hours{24 * 30};
  timespan refresh_grace = seconds{30};
  timespan nonce_lifetime = minutes{5};
};
AINFT_SETTINGS(auth_settings) {
  f("token-key-file", x.token_key_file, "file of the key pair that signs access tokens", required);
  f("domain", x.domain, "domain in the sign-in message; the public URL's host and port if empty");
  f("operators", x.operators, "wallets whose users are operators");
  f("chain-id", x.chain_id, "chain in the sign-in message: mainnet, testnet, devnet or localnet");
  f("access-lifetime", x.access_lifetime, "lifetime of an access token", at_most(hours{24}));
  f("refresh-lifetime", x.refresh_lifetime, "lifetime of a refresh token");
  f("refresh-grace", x.refresh_grace,
    "how long after its exchange the same client may exchange a refresh token once more, if the response was lost; 0s "
    "to disable",
    between(seconds{0}, minutes{5}));
  f("nonce-lifetime", x.nonce_lifetime, "lifetime of a sign-in message");
}

struct realtime_settings {
  timespan ping_interval = seconds{25};
  timespan ping_timeout = seconds{20};
  timespan upgrade_timeout = seconds{10};
  timespan connect_timeout = seconds{10};
  timespan token_grace = seconds{30};
  timespan replay_window = hours{24};
  uint32_t max_payload = 1'000'000;
  uint32_t send_queue = 1'000'000;
  uint32_t max_connections = 20'000;
  uint32_t newcomers_per_address = 200;
  uint32_t sockets_per_session = 20;
  uint32_t rooms_per_socket = 200;
  double subscribe_per_second = 20, subscribe_burst = 200;
  uint32_t commands_at_once = 32;
  uint32_t recent_events = 20'000;
  uint32_t replay_limit = 100'000;
  uint32_t replays_at_once = 4;
  uint32_t connects_at_once = 64;
  bool compression = false;
};
AINFT_SETTINGS(realtime_settings) {
  f("ping-interval", x.ping_interval, "interval between pings to a client", positive);
  f("ping-timeout", x.ping_timeout, "maximum time to wait for a client's pong", positive);
  f("upgrade-timeout", x.upgrade_timeout, "maximum time for the upgrade from polling to WebSocket", positive);
  f("connect-timeout", x.connect_timeout, "maximum time for a connection to join a namespace", positive);
  f("token-grace", x.token_grace, "how long a socket with an expired token stays open for a refresh");
  f("replay-window", x.replay_window, "how long the server remembers a lost socket's rooms", at_least(seconds{10}));
  f("max-payload", x.max_payload, "maximum size of a client's message in bytes", between(1000, 100'000'000));
  f("send-queue", x.send_queue, "maximum bytes queued for a client before the server disconnects it", at_least(10'000));
  f("max-connections", x.max_connections,
    "maximum number of connections; beyond it the server closes the oldest one without a namespace, or returns 503");
  f("newcomers-per-address", x.newcomers_per_address,
    "maximum connections of one address without a namespace; 0 for no limit");
  f("sockets-per-session", x.sockets_per_session, "maximum sockets of one session");
  f("rooms-per-socket", x.rooms_per_socket, "maximum rooms of one socket");
  f("subscribe-per-second", x.subscribe_per_second, "subscribe and unsubscribe events per second for each session");
  f("subscribe-burst", x.subscribe_burst, "subscribe and unsubscribe events allowed in a burst");
  f("commands-at-once", x.commands_at_once, "maximum commands of one socket in progress");
  f("recent-events", x.recent_events, "events kept in memory for clients that reconnect", between(100, 10'000'000));
  f("replay-limit", x.replay_limit, "maximum number of events that a socket may resume from the journal");
  f("replays-at-once", x.replays_at_once, "maximum sockets that read the journal at the same time; others wait",
    between(1, 1000));
  f("connects-at-once", x.connects_at_once, "maximum clients that join a namespace at the same time; others wait",
    between(1, 10'000));
  f("compression", x.compression, "let clients negotiate permessage-deflate");
}

struct ai_settings {
  uint32_t workers = 2;
  timespan lease = seconds{60};
  uint32_t local_threads = 1;
  std::vector<std::string> denied_words;
  bool noop = false;
  bool moderation = false;
  uint64_t daily_credits = 0;
  std::vector<std::string> secret_key_files;
};
AINFT_SETTINGS(ai_settings) {
  f("workers", x.workers, "AI jobs that this node runs at the same time; 0 for none", at_most(256));
  f("lease", x.lease, "how long a worker may send no heartbeat before its job goes to another worker",
    between(seconds{2}, hours{24}));
  f("local-threads", x.local_threads, "pictures that the provider `local` draws at the same time", between(1, 256));
  f("denied-words", x.denied_words, "words that are forbidden in prompts");
  f("moderation", x.moderation, "check each prompt with the provider openai's moderation before the job runs");
  f("daily-credits", x.daily_credits, "maximum credits of a studio per UTC day; 0 for no limit");
  f("secret-key-files", x.secret_key_files,
    "files with 32 bytes in base64 each, which encrypt providers' keys in the database; the first encrypts, all "
    "decrypt");
  f("noop", x.noop,
    "enable the provider `noop`, whose jobs succeed immediately, to measure the queue; never in production");
}

/// A remote AI provider. It exists only if `url` is set.
struct remote_ai {
  std::string url;
  std::string key_file;
  std::string image_model, text_model;
  uint32_t at_once = 4;
  uint32_t per_minute = 0;
  uint32_t picture_credits = 0, million_token_credits = 0, fine_tune_credits = 0;
  timespan timeout = seconds{120};
  timespan poll = seconds{1};
  timespan training_poll = seconds{30};
};
AINFT_SETTINGS(remote_ai) {
  f("url", x.url, "URL of the API; the provider is off if empty", http_url);
  f("key-file", x.key_file, "file with the API key");
  f("image-model", x.image_model, "default model for pictures");
  f("text-model", x.text_model, "default model for texts");
  f("at-once", x.at_once, "maximum jobs that this node runs there at the same time; 0 for no separate limit");
  f("per-minute", x.per_minute, "maximum jobs that this node starts there per minute; 0 for no limit");
  f("picture-credits", x.picture_credits, "price of a picture for a studio, in credits");
  f("million-token-credits", x.million_token_credits, "price of a million tokens of text for a studio, in credits");
  f("fine-tune-credits", x.fine_tune_credits, "price of a fine-tune for a studio, in credits");
  f("timeout", x.timeout, "timeout of one request", between(seconds{1}, hours{1}));
  f("poll", x.poll, "polling interval for jobs in progress", between(milliseconds{10}, minutes{1}));
  f("training-poll", x.training_poll, "polling interval for fine-tunes", between(seconds{1}, hours{1}));
}

struct replicate_ai : remote_ai {
  std::string webhook_secret_file;
};
AINFT_SETTINGS(replicate_ai) {
  using base = std::conditional_t<std::is_const_v<Settings>, const remote_ai, remote_ai>;
  for_each_setting(static_cast<base&>(x), f);
  f("webhook-secret-file", x.webhook_secret_file,
    "file with the secret of Replicate's webhooks (whsec_...); no webhooks if empty");
}

struct outbound_settings {
  std::string proxy;
  std::string no_proxy = "localhost,127.0.0.1,::1";
};
AINFT_SETTINGS(outbound_settings) {
  f("proxy", x.proxy,
    "proxy for requests to providers and to Solana: http://host:port or socks5h://host:port; none if empty");
  f("no-proxy", x.no_proxy, "hosts to reach without the proxy, separated by commas");
}

struct conformance_settings {
  bool echo = false;
};
AINFT_SETTINGS(conformance_settings) {
  f("echo", x.echo,
    "serve the echo application of the protocols' test suites at /socket.io/ and /engine.io/; never in production");
}

struct entity_settings {
  timespan idle_timeout = minutes{5};
  uint32_t snapshot_every = 400;
  uint32_t in_flight = 1'000;
};
AINFT_SETTINGS(entity_settings) {
  f("idle-timeout", x.idle_timeout, "how long an idle entity stays in memory");
  f("snapshot-every", x.snapshot_every, "events between two snapshots of an entity", at_least(1));
  f("in-flight", x.in_flight, "maximum commands of one entity that wait for the journal; more get 503",
    between(1, 100'000));
}

struct follower_settings {
  timespan patience = seconds{5};
  timespan longest_pause = minutes{5};
  uint32_t most_parked = 10'000;
};
AINFT_SETTINGS(follower_settings) {
  f("patience", x.patience,
    "how long a follower retries an event after transient failures before it parks the event's key",
    between(seconds{0}, minutes{1}));
  f("longest-pause", x.longest_pause, "longest pause between two attempts at a parked key",
    between(seconds{1}, hours{24}));
  f("most-parked", x.most_parked,
    "maximum keys that a follower parks; at the limit it retries failing events in place");
}

struct background_settings {
  uint32_t threads = 4;
};
AINFT_SETTINGS(background_settings) {
  f("threads", x.threads, "threads for settlement, agents, remote AI providers and operators' consoles",
    between(1, 64));
}

struct settings {
  log_settings log;
  http_settings http;
  metrics_settings metrics;
  rate_settings rates;
  postgres_settings postgres;
  redis_settings redis;
  cluster_settings cluster;
  solana_settings solana;
  auth_settings auth;
  realtime_settings realtime;
  ai_settings ai;
  remote_ai openai{.image_model = "gpt-image-1", .text_model = "gpt-4o-mini"};
  remote_ai stability{.image_model = "core", .text_model = ""};
  replicate_ai replicate{{.image_model = "black-forest-labs/flux-schnell", .text_model = ""}, ""};
  remote_ai automatic1111;
  remote_ai comfyui{.image_model = "v1-5-pruned-emaonly.safetensors", .text_model = ""};
  outbound_settings outbound;
  conformance_settings conformance;
  entity_settings entities;
  follower_settings followers;
  background_settings background;
};

} // namespace ainft::config
