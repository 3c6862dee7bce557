#include "config/options.hpp"

#include "runtime/scheduler.hpp"

#include <caf/config_option_adder.hpp>
#include <caf/config_value.hpp>
#include <caf/deep_to_string.hpp>
#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/settings.hpp>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ainft::config {

namespace {

constexpr std::string_view prefix = "AINFT_";
constexpr std::string_view file_variable = "AINFT_CONFIG_FILE";

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw std::invalid_argument{where + ": " + what};
}

std::string text_of(caf::string_view s) { return {s.begin(), s.end()}; }

/// Collects the settings of a file with their full names.
void flatten(const caf::settings& from, const std::string& above,
             std::vector<std::pair<std::string, caf::config_value>>& out) {
  for (const auto& [key, value] : from) {
    const auto name = above.empty() ? key : above + "." + key;
    if (const auto* inner = caf::get_if<caf::settings>(&value))
      flatten(*inner, name, out);
    else
      out.emplace_back(name, value);
  }
}

/// The line that sets `name`, found by the last part of the name; 0 if there is none.
size_t line_of(const std::string& text, const std::string& name) {
  const auto last = name.substr(name.rfind('.') + 1);
  const std::regex setting{"(^|[.{\\s])" + std::regex_replace(last, std::regex{"[^A-Za-z0-9_-]"}, ".") + "\\s*[={]"};
  std::istringstream lines{text};
  std::string line;
  for (size_t n = 1; std::getline(lines, line); ++n)
    if (std::regex_search(line, setting))
      return n;
  return 0;
}

/// CAF's parser silently ignores "http.port = 1". This function refuses such a line.
void refuse_dotted_keys(const std::string& name, const std::string& text) {
  static const std::regex dotted{"^\\s*([A-Za-z][A-Za-z0-9_-]*)\\.[A-Za-z0-9_.-]+\\s*="};
  std::istringstream lines{text};
  std::string line;
  std::smatch found;
  for (size_t n = 1; std::getline(lines, line); ++n)
    if (std::regex_search(line, found, dotted))
      refuse(name + ":" + std::to_string(n), "a setting stands in its section: " + found[1].str() + " { ... }");
}

/// CAF's parser silently drops a section that is still open at the end of the file. This function refuses it.
void refuse_open_brackets(const std::string& name, const std::string& text) {
  std::vector<std::pair<char, size_t>> open; ///< the closing bracket, and the line of the opening one
  char quote = 0;
  size_t line = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    line += c == '\n';
    if (quote != 0) {
      i += c == '\\';
      quote = c == quote ? 0 : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (c == '{' || c == '[') {
      open.emplace_back(c == '{' ? '}' : ']', line);
    } else if (!open.empty() && c == open.back().first) {
      open.pop_back();
    }
  }
  if (!open.empty())
    refuse(name + ":" + std::to_string(open.back().second),
           std::string{"what is opened here is never closed with '"} + open.back().first + "'");
}

size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j < row.size(); ++j)
    row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const auto changed = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

/// Returns " (did you mean http.port?)" for a similar known name, or an empty string.
std::string near(const caf::config_option_set& known, const std::string& name) {
  std::string best;
  size_t least = 4;
  for (const auto& o : known)
    if (const auto d = distance(text_of(o.full_name()), name); d < least) {
      least = d;
      best = text_of(o.full_name());
    }
  return best.empty() ? "" : " (did you mean " + best + "?)";
}

void put_value(caf::settings& content, const caf::config_option& option, caf::config_value value,
               const std::string& where) {
  const auto name = text_of(option.full_name());
  if (auto bad = option.sync(value))
    refuse(where, name + " must be of type " + text_of(option.type_name()));
  caf::put(content, option.full_name(), std::move(value));
}

/// Adds the settings of one section, and records their defaults.
class section {
public:
  section(caf::config_option_set& options, std::map<std::string, std::string>& defaults, std::string name)
    : name_{std::move(name)}, adder_{options, name_}, defaults_{defaults} {}

  template <class T>
  section& add(T& value, const std::string& name, const std::string& description) {
    adder_.add(value, name, description);
    defaults_[name_ + "." + name] = caf::deep_to_string(value);
    return *this;
  }

private:
  std::string name_;
  caf::config_option_adder adder_; ///< keeps a reference to name_
  std::map<std::string, std::string>& defaults_;
};

/// Calls `f` with the rate, the burst and the name of each class.
template <class Rates, class F>
void for_each_rate(Rates& rates, F f) {
  f(rates.read_per_second, rates.read_burst, "read");
  f(rates.write_per_second, rates.write_burst, "write");
  f(rates.bid_per_second, rates.bid_burst, "bid");
  f(rates.sign_in_per_second, rates.sign_in_burst, "sign-in");
  f(rates.upload_per_second, rates.upload_burst, "upload");
  f(rates.handshake_per_second, rates.handshake_burst, "handshake");
}

bool one_of(std::string_view value, std::initializer_list<std::string_view> allowed) {
  return std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

} // namespace

configuration::configuration() {
  auto& v = values;
  runtime::use_scheduler(*this);
  // By default, CAF starts at least four threads.
  set("caf.scheduler.max-threads", std::max<size_t>(2, std::thread::hardware_concurrency()));
  set("caf.metrics-filters.actors.includes", std::vector<std::string>{"*"});
  section{custom_options_, defaults_, "log"}
    .add(v.log.level, "level", "least severe level that is logged: debug, info, warning, error")
    .add(v.log.format, "format", "human, or json for a JSON object a line")
    .add(v.log.requests, "requests", "log each request");
  section{custom_options_, defaults_, "http"}
    .add(v.http.address, "address", "address to listen on")
    .add(v.http.port, "port", "port to listen on; 0 for any")
    .add(v.http.threads, "threads", "network threads, 1 to 256")
    .add(v.http.public_url, "public-url", "what clients reach the platform under; http://<address>:<port> if empty")
    .add(v.http.idle_timeout, "idle-timeout", "how long a connection may wait between requests")
    .add(v.http.header_timeout, "header-timeout", "how long a request's header may take to arrive")
    .add(v.http.body_timeout, "body-timeout", "how long each piece of a body may take to arrive")
    .add(v.http.write_timeout, "write-timeout", "how long a client may take to accept each piece of an answer")
    .add(v.http.header_limit, "header-limit", "largest header in bytes")
    .add(v.http.json_limit, "json-limit", "largest JSON body in bytes")
    .add(v.http.max_connections, "max-connections", "connections at once; more are closed")
    .add(v.http.file_threads, "file-threads",
         "threads that read files for answers, so that no network thread waits for a disk, 1 to 64")
    .add(v.http.cors_origins, "cors-origins", "origins of browsers that may call, * for any")
    .add(v.http.trusted_proxies, "trusted-proxies",
         "addresses and networks (10.0.0.0/8) of proxies that may say who their client is")
    .add(v.http.client_header, "client-header",
         "the header in which trusted proxies say it, and which they make or extend on every request: x-forwarded-for, "
         "forwarded or none")
    .add(v.http.proxy_protocol, "proxy-protocol",
         "whether connections of trusted proxies begin with the PROXY protocol's header, version 1 or 2")
    .add(v.http.probe_interval, "probe-interval",
         "least time between two looks at the parts for /readyz, and at the numbers for /metrics, 10ms to 1min")
    .add(v.http.drain_delay, "drain-delay", "how long a stop still accepts, while /readyz already says 503")
    .add(v.http.drain_patience, "drain-patience", "how long a stop waits for requests in flight")
    .add(v.http.docs_folder, "docs-folder", "where swagger-ui-dist is, for /docs");
  section{custom_options_, defaults_, "metrics"}
    .add(v.metrics.address, "address", "address to listen on for /metrics, if it has a port of its own")
    .add(v.metrics.port, "port", "port of /metrics alone; 0 for http.port")
    .add(v.metrics.token_file, "token-file",
         "file that holds the Bearer token which /metrics demands, at least 16 characters; none if empty");
  for_each_rate(v.rates, [this](auto& per_second, auto& burst, const std::string& of) {
    section{custom_options_, defaults_, "rates"}
      .add(per_second, of + "-per-second", "requests of class " + of + " a second for each caller; 0 for no limit")
      .add(burst, of + "-burst", "requests of class " + of + " that may come at once");
  });
  section{custom_options_, defaults_, "rates"}.add(
    v.rates.callers, "callers",
    "callers whose rates are kept exactly, by class; those longest away are kept roughly, 1000 to 10000000");
  section{custom_options_, defaults_, "postgres"}
    .add(v.postgres.url, "url", "libpq connection string, without a password")
    .add(v.postgres.password_file, "password-file", "file that holds the password; or AINFT_POSTGRES_PASSWORD")
    .add(v.postgres.writers, "writers", "journal writers, each with a connection, 1 to 64")
    .add(v.postgres.readers, "readers", "journal readers, each with a connection, 2 to 64")
    .add(v.postgres.max_batch, "max-batch", "appends that one transaction takes at most, 1 to 4096")
    .add(v.postgres.write_queue, "write-queue",
         "appends that may wait for one journal writer; beyond it commands are refused with 503, 100 to 1000000")
    .add(v.postgres.write_timeout, "write-timeout",
         "after which PostgreSQL gives up a statement of a journal writer, 100ms to 5min")
    .add(v.postgres.patience, "patience", "how long a start waits for a database that does not answer");
  section{custom_options_, defaults_, "redis"}.add(v.redis.address, "address", "host:port, or the path of a socket");
  section{custom_options_, defaults_, "cluster"}
    .add(v.cluster.certificate_file, "certificate-file", "this node's certificate (PEM); without one it is alone")
    .add(v.cluster.key_file, "key-file", "the certificate's key (PEM)")
    .add(v.cluster.authority_file, "authority-file", "the authority whose certificates other nodes must have (PEM)")
    .add(v.cluster.name, "name", "what the node is called, 1 to 100 characters; <host>:<http.port> if empty")
    .add(v.cluster.address, "address", "address to listen on for other nodes")
    .add(v.cluster.port, "port", "port to listen on for other nodes; 0 for any")
    .add(v.cluster.advertised_address, "advertised-address",
         "where other nodes reach this one; cluster.address if empty")
    .add(v.cluster.roles, "roles",
         "what it is for: front (clients; a hint for what stands before the nodes, since every node answers), entities "
         "(holds things), workers (makes pictures, follows the journal)")
    .add(v.cluster.lease, "lease", "how long a node that nobody hears of is still counted, 1s to 1min")
    .add(v.cluster.beat, "beat", "how often a node says that it is there, at most a third of the lease")
    .add(v.cluster.console_port, "console-port",
         "port to listen on for operators' consoles (see docs/operations.md); 0 for none")
    .add(
      v.cluster.operators_file, "operators-file",
      "who may come with a console: a line for each, with a name, a role (viewer or operator) and the SHA-256 of a key")
    .add(v.cluster.suspect_after, "suspect-after",
         "after how long without an answer a node is reported to be out of reach; half of it when its connection was "
         "closed");
  section{custom_options_, defaults_, "solana"}
    .add(v.solana.rpc_url, "rpc-url", "the JSON-RPC address of a Solana node")
    .add(v.solana.fee_payer_key_file, "fee-payer-key-file", "key pair that pays fees and moves what is sold")
    .add(v.solana.reserve_name, "reserve-name", "the name that the reserve's address stands for")
    .add(v.solana.reserve_address, "reserve-address", "the account that gets the platform's fee")
    .add(v.solana.fee_bps, "fee-bps", "the platform's fee in basis points of a price, 0 to 5000")
    .add(v.solana.signature_window, "signature-window", "how long a wallet has to sign a transaction");
  section{custom_options_, defaults_, "auth"}
    .add(v.auth.token_key_file, "token-key-file", "key pair that signs access tokens")
    .add(v.auth.domain, "domain", "who asks, in the sign-in message; the public URL's host if empty")
    .add(v.auth.operators, "operators", "wallets whose users are operators")
    .add(v.auth.chain_id, "chain-id", "the sign-in message's chain: mainnet, testnet, devnet or localnet")
    .add(v.auth.access_lifetime, "access-lifetime", "how long an access token is good for, at most 24h")
    .add(v.auth.refresh_lifetime, "refresh-lifetime", "how long a refresh token is good for")
    .add(v.auth.refresh_grace, "refresh-grace",
         "how long after its exchange a refresh token is exchanged once more for the same client, whose answer may be "
         "lost, at most 5min; 0s for never")
    .add(v.auth.nonce_lifetime, "nonce-lifetime", "how long a sign-in message is good for");
  section{custom_options_, defaults_, "realtime"}
    .add(v.realtime.ping_interval, "ping-interval", "how often a socket's client is pinged")
    .add(v.realtime.ping_timeout, "ping-timeout", "how long a client may take to answer a ping")
    .add(v.realtime.upgrade_timeout, "upgrade-timeout", "how long the change from polling to WebSocket may take")
    .add(v.realtime.connect_timeout, "connect-timeout",
         "how long a connection may stay before it has joined a namespace")
    .add(v.realtime.token_grace, "token-grace", "how long a socket with an expired token may stay to refresh it")
    .add(v.realtime.replay_window, "replay-window", "how long after a socket was lost its rooms are remembered")
    .add(v.realtime.max_payload, "max-payload", "largest message from a client in bytes, 1000 to 100000000")
    .add(v.realtime.send_queue, "send-queue", "bytes that may wait for a client before it is dropped")
    .add(v.realtime.max_connections, "max-connections",
         "sockets' connections at once; beyond them the oldest that has not joined goes, or 503 is answered")
    .add(v.realtime.newcomers_per_address, "newcomers-per-address",
         "connections of one address that have not joined a namespace; 0 for no limit")
    .add(v.realtime.sockets_per_session, "sockets-per-session", "sockets that one session may have at once")
    .add(v.realtime.rooms_per_socket, "rooms-per-socket", "rooms that one socket may be in")
    .add(v.realtime.subscribe_per_second, "subscribe-per-second",
         "subscribe and unsubscribe events a second for each session")
    .add(v.realtime.subscribe_burst, "subscribe-burst", "subscribe and unsubscribe events that may come at once")
    .add(v.realtime.commands_at_once, "commands-at-once", "commands that one socket may have under way")
    .add(v.realtime.recent_events, "recent-events", "events kept in memory for those who come back, 100 to 10000000")
    .add(v.realtime.replay_limit, "replay-limit", "how far back in the journal a socket may take up again, in events")
    .add(v.realtime.replays_at_once, "replays-at-once", "sockets that read the journal at once; others wait, 1 to 1000")
    .add(v.realtime.connects_at_once, "connects-at-once",
         "clients of a namespace whose way in is worked on at once; others wait, 1 to 10000")
    .add(v.realtime.compression, "compression", "let clients negotiate permessage-deflate");
  section{custom_options_, defaults_, "ai"}
    .add(v.ai.workers, "workers", "AI jobs that this node works on at once; 0 for none, at most 256")
    .add(v.ai.lease, "lease", "a job whose worker gives no sign of life for so long goes to another")
    .add(v.ai.local_threads, "local-threads", "pictures that the provider `local` draws at once, 1 to 256")
    .add(v.ai.denied_words, "denied-words", "words that no prompt may have")
    .add(v.ai.moderation, "moderation",
         "have the provider openai's moderation look at each prompt before anything is made of it")
    .add(v.ai.daily_credits, "daily-credits", "credits that a studio may use in a day (UTC); 0 for no limit")
    .add(v.ai.secret_key_files, "secret-key-files",
         "files of 32 bytes in base 64 that seal providers' keys in the database; the first seals, all open")
    .add(v.ai.noop, "noop",
         "have a provider `noop` whose jobs succeed at once, to measure the queue; never in production");
  const auto provider = [this](remote_ai& p, const std::string& name, const std::string& what) {
    section{custom_options_, defaults_, name}
      .add(p.url, "url", "where the API of " + what + " is; none if empty")
      .add(p.key_file, "key-file", "file that holds the API's key")
      .add(p.image_model, "image-model", "model for pictures, where a job names none")
      .add(p.text_model, "text-model", "model for texts, where a job names none")
      .add(p.at_once, "at-once", "jobs that this node has there at once; 0 for no limit of its own")
      .add(p.per_minute, "per-minute", "jobs that this node begins there in a minute; 0 for no limit")
      .add(p.picture_credits, "picture-credits", "what a picture costs a studio, in credits")
      .add(p.million_token_credits, "million-token-credits", "what a million tokens of text cost a studio, in credits")
      .add(p.fine_tune_credits, "fine-tune-credits", "what a fine-tune costs a studio, in credits")
      .add(p.timeout, "timeout", "how long one request may take")
      .add(p.poll, "poll", "how often is looked at what takes its time there")
      .add(p.training_poll, "training-poll", "how often is looked at a fine-tune there");
  };
  provider(v.openai, "openai", "OpenAI, or of a server that speaks its form (https://api.openai.com/v1)");
  provider(v.stability, "stability", "Stability AI (https://api.stability.ai)");
  provider(v.replicate, "replicate", "Replicate (https://api.replicate.com)");
  section{custom_options_, defaults_, "replicate"}.add(
    v.replicate_webhook_secret_file, "webhook-secret-file",
    "file that holds the secret of Replicate's webhooks (whsec_...); none come if empty");
  provider(v.automatic1111, "automatic1111", "a Stable Diffusion web UI (http://127.0.0.1:7860)");
  provider(v.comfyui, "comfyui", "a ComfyUI server (http://127.0.0.1:8188)");
  section{custom_options_, defaults_, "outbound"}
    .add(v.outbound.proxy, "proxy",
         "what requests to providers and to Solana go through: http://host:port or socks5h://host:port; none if empty")
    .add(v.outbound.no_proxy, "no-proxy", "hosts that are reached without the proxy, separated by commas");
  section{custom_options_, defaults_, "conformance"}.add(
    v.conformance.echo, "echo",
    "serve the echo of the protocols' test suites at /socket.io/ and /engine.io/; never in production");
  section{custom_options_, defaults_, "market"}
    .add(v.market.payment_window, "payment-window", "how long an auction's winner has to pay")
    .add(v.market.approval_window, "approval-window", "how long a seller has to sign the approval of a listing")
    .add(v.market.max_raise, "max-raise",
         "how many times the bid before it, or the reserve, a bid may be, 2 to 1000000; for auctions that begin from "
         "now on")
    .add(v.market.balance_age, "balance-age", "how old the platform's reading of a bidder's balance may be, 0s to 1min")
    .add(v.market.least_price, "least-price",
         "lamports that a fixed price, and an auction's reserve, must be at least");
  section{custom_options_, defaults_, "sponsor"}
    .add(v.sponsor.daily_lamports_user, "daily-lamports-user",
         "lamports that the fee payer may spend for one user in a UTC day; 0: nothing")
    .add(v.sponsor.daily_lamports_studio, "daily-lamports-studio",
         "lamports that it may spend for the mints of one studio in a UTC day; 0: nothing")
    .add(v.sponsor.daily_lamports_all, "daily-lamports-all",
         "lamports that it may spend for all users together in a UTC day; 0: nothing")
    .add(v.sponsor.warning_balance, "warning-balance",
         "balance of the fee payer in lamports below which there is an alarm")
    .add(v.sponsor.stop_balance, "stop-balance",
         "balance of the fee payer in lamports below which no transaction is prepared")
    .add(v.sponsor.look_every, "look-every", "how often the fee payer's balance is read");
  section{custom_options_, defaults_, "assets"}
    .add(v.assets.folder, "folder", "where uploaded files are kept")
    .add(v.assets.url_lifetime, "url-lifetime",
         "how long a signed address of content that is not public works at least, 1min to 24h; at most twice that")
    .add(v.assets.max_bytes, "max-bytes", "largest file that is taken, at most 20971520")
    .add(v.assets.max_pixels, "max-pixels", "pixels that a picture or a video may have, 1 to 1000000000")
    .add(v.assets.max_frames, "max-frames", "frames that an animation may have")
    .add(v.assets.max_animation_pixels, "max-animation-pixels", "pixels that all frames of an animation may have")
    .add(v.assets.max_duration, "max-duration", "how long a video may last")
    .add(v.assets.decoders, "decoders",
         "files that are looked into at once, 1 to 64; each may take 6 bytes of memory a pixel");
  section{custom_options_, defaults_, "entities"}
    .add(v.entities.idle_timeout, "idle-timeout", "how long an entity stays in memory unused")
    .add(v.entities.snapshot_every, "snapshot-every", "events between two snapshots of an entity")
    .add(v.entities.in_flight, "in-flight",
         "commands of one entity that may wait for the journal; beyond it they are refused with 503, 1 to 100000");
  section{custom_options_, defaults_, "followers"}
    .add(
      v.followers.patience, "patience",
      "how long a follower tries an event in place whose failure may pass, before it parks the event's key, 0s to 1min")
    .add(v.followers.longest_pause, "longest-pause", "longest pause between two attempts at a parked key, 1s to 24h")
    .add(v.followers.most_parked, "most-parked", "keys that a follower parks at most; with so many it waits in place");
  section{custom_options_, defaults_, "background"}.add(
    v.background.threads, "threads",
    "threads for settlement, agents, remote AI providers and operators' consoles, 1 to 64");
}

std::string variable_name(std::string_view setting) {
  std::string out{prefix};
  for (char c : setting)
    out += c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

void configuration::read_file(const std::string& name, const std::string& text) {
  refuse_dotted_keys(name, text);
  refuse_open_brackets(name, text);
  std::istringstream in{text};
  auto parsed = parse_config(in);
  if (!parsed) {
    const auto& context = parsed.error().context();
    const bool has_line = context.size() >= 2 && context.match_element<int32_t>(0);
    refuse(name + (has_line ? ":" + std::to_string(context.get_as<int32_t>(0)) : ""),
           "the file cannot be read: syntax error");
  }
  std::vector<std::pair<std::string, caf::config_value>> all;
  flatten(*parsed, "", all);
  for (auto& [key, value] : all) {
    const auto where = name + ":" + std::to_string(line_of(text, key));
    const auto* option = custom_options_.qualified_name_lookup(key);
    if (!option)
      refuse(where, key + " is not a setting" + near(custom_options_, key));
    put_value(content, *option, std::move(value), where);
  }
}

void configuration::read_environment(char** environment) {
  for (; environment && *environment; ++environment) {
    const std::string_view entry{*environment};
    const auto name = entry.substr(0, entry.find('='));
    if (!name.starts_with(prefix) || name == file_variable || name == "AINFT_POSTGRES_PASSWORD")
      continue;
    const auto option = std::find_if(custom_options_.begin(), custom_options_.end(),
                                     [&](const auto& o) { return variable_name(text_of(o.full_name())) == name; });
    if (option == custom_options_.end())
      refuse(std::string{name}, "no setting has this variable");
    const std::string text{entry.substr(std::min(entry.size(), name.size() + 1))};
    put_value(content, *option, caf::config_value{text}, std::string{name});
  }
}

void configuration::read_option(const std::string& arg) {
  const auto equals = arg.find('=');
  const auto name = arg.substr(2, equals - 2);
  const auto* option = custom_options_.qualified_name_lookup(name);
  if (!option)
    refuse("command line", name + " is not a setting" + near(custom_options_, name));
  put_value(content, *option, caf::config_value{arg.substr(equals + 1)}, "command line");
}

/// CAF reads the file names from its own fields. Its heartbeats and its timeout only close connections that nobody uses
/// any more. The cluster's links find out themselves whether a node is alive.
void configuration::set_up_remoting() {
  const auto& c = values.cluster;
  if (!c.is_on())
    return;
  openssl_certificate = c.certificate_file;
  openssl_key = c.key_file;
  openssl_cafile = c.authority_file;
  actor_system_config::load<caf::io::middleman>();
  actor_system_config::load<caf::openssl::manager>();
  set("caf.middleman.heartbeat-interval", c.beat);
  set("caf.middleman.connection-timeout", c.lease);
}

void configuration::print_help(std::ostream& out) const {
  out << "ainftd: the AiNFT platform.\n\n"
         "Settings come from a file (--config-file=FILE or AINFT_CONFIG_FILE), then the environment, then these "
         "options.\n"
         "--long-help lists CAF's own settings, --dump-config prints what is set.\n";
  for (const auto& [name, value] : defaults_) {
    const auto* option = custom_options_.qualified_name_lookup(name);
    out << "\n  --" << name << "=…    " << variable_name(name) << "\n      " << text_of(option->description());
    if (value != "\"\"")
      out << " [" << value << ']';
    out << '\n';
  }
}

std::map<std::string, std::string> configuration::effective() const {
  auto out = defaults_;
  std::vector<std::pair<std::string, caf::config_value>> set;
  flatten(content, "", set);
  for (const auto& [name, value] : set)
    if (const auto it = out.find(name); it != out.end())
      it->second = to_string(value);
  return out;
}

bool configuration::load(int argc, char** argv, char** environment) {
  std::string file;
  for (auto e = environment; e && *e; ++e)
    if (const std::string_view entry{*e};
        entry.substr(0, entry.find('=')) == file_variable && entry.size() > file_variable.size())
      file = entry.substr(file_variable.size() + 1);
  string_list args, options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg{argv[i]};
    if (arg == "--help" || arg == "-h") {
      print_help(std::cout);
      return false;
    }
    if (arg.starts_with("--config-file="))
      file = arg.substr(14);
    else
      (arg.starts_with("--") && arg.find('=') != arg.npos ? options : args).emplace_back(arg);
  }
  if (!file.empty()) {
    std::ifstream in{file};
    if (!in)
      refuse(file, "the file cannot be opened");
    std::ostringstream text;
    text << in.rdbuf();
    read_file(file, text.str());
  }
  read_environment(environment);
  for (const auto& option : options)
    read_option(option);
  // The rest are options without a value, such as --help. The empty stream keeps CAF from looking for a file of its
  // own.
  std::istringstream none;
  if (parse(args, none) || !remainder.empty())
    refuse("command line", args.front() + " is not an option; settings are given as --http.port=8080");
  if (cli_helptext_printed)
    return false;
  check();
  set_up_remoting();
  return true;
}

namespace {

using requirement = void(bool good, const std::string& setting, const char* rule);

void check_realtime(const settings& v, requirement* need) {
  const auto& r = v.realtime;
  const auto positive = [need](timespan t, const char* setting) {
    need(t.count() > 0, setting, "must be more than 0");
  };
  positive(r.ping_interval, "realtime.ping-interval");
  positive(r.ping_timeout, "realtime.ping-timeout");
  positive(r.upgrade_timeout, "realtime.upgrade-timeout");
  positive(r.connect_timeout, "realtime.connect-timeout");
  need(r.replay_window >= std::chrono::seconds{10}, "realtime.replay-window", "must be at least 10s");
  need(r.max_payload >= 1000 && r.max_payload <= 100'000'000, "realtime.max-payload", "must be from 1000 to 100000000");
  need(r.send_queue >= 10'000, "realtime.send-queue", "must be at least 10000");
  need(r.recent_events >= 100 && r.recent_events <= 10'000'000, "realtime.recent-events",
       "must be from 100 to 10000000");
  need(r.replays_at_once >= 1 && r.replays_at_once <= 1000, "realtime.replays-at-once", "must be from 1 to 1000");
  need(r.connects_at_once >= 1 && r.connects_at_once <= 10'000, "realtime.connects-at-once", "must be from 1 to 10000");
  const bool production = v.http.public_url.starts_with("https://") || v.auth.chain_id == "mainnet";
  need(!v.ai.noop || !production, "ai.noop",
       "is for measurements only: not with an https public URL (http.public-url) or the mainnet (auth.chain-id)");
  need(!v.conformance.echo || !production, "conformance.echo",
       "is for test runs only: not with an https public URL (http.public-url) or the mainnet (auth.chain-id)");
}

void check_cluster(const settings& v, requirement* need) {
  const auto& c = v.cluster;
  need(c.name.size() <= 100, "cluster.name", "must have at most 100 characters");
  need(c.roles.size() >= 1
         && std::all_of(c.roles.begin(), c.roles.end(),
                        [](const auto& r) {
                          return one_of(r, {"front", "entities", "workers"});
                        }),
       "cluster.roles", "must be some of front, entities and workers");
  need(c.is_on() || c.roles.size() == 3, "cluster.roles",
       "must be all of them for a node that is alone (without cluster.certificate-file)");
  need(c.is_on() == !c.key_file.empty() && c.is_on() == !c.authority_file.empty(), "cluster.certificate-file",
       "cluster.key-file and cluster.authority-file go together: all of them, or none");
  for (const auto& [file, setting] : {std::pair{&c.certificate_file, "cluster.certificate-file"},
                                      {&c.key_file, "cluster.key-file"},
                                      {&c.authority_file, "cluster.authority-file"},
                                      {&c.operators_file, "cluster.operators-file"}})
    need(file->empty() || std::ifstream{*file}.good(), setting, "must name a file that can be read");
  need(c.console_port == 0 || (c.is_on() && !c.operators_file.empty()), "cluster.console-port",
       "needs cluster.certificate-file and cluster.operators-file");
  need(c.lease >= std::chrono::seconds{1} && c.lease <= std::chrono::minutes{1}, "cluster.lease",
       "must be from 1s to 1min");
  need(c.beat >= std::chrono::milliseconds{50} && c.beat * 3 <= c.lease, "cluster.beat",
       "must be from 50ms to a third of cluster.lease");
  need(c.suspect_after >= c.beat * 2 && c.suspect_after <= std::chrono::minutes{1}, "cluster.suspect-after",
       "must be from twice cluster.beat to 1min");
}

} // namespace

void configuration::check() const {
  const auto& v = values;
  const auto need = [](bool good, const std::string& setting, const char* rule) {
    if (!good)
      refuse(setting, rule);
  };
  need(one_of(v.log.level, {"debug", "info", "warning", "error"}), "log.level",
       "must be debug, info, warning or error");
  need(one_of(v.log.format, {"human", "json"}), "log.format", "must be human or json");
  need(v.http.threads >= 1 && v.http.threads <= 256, "http.threads", "must be from 1 to 256");
  need(v.http.file_threads >= 1 && v.http.file_threads <= 64, "http.file-threads", "must be from 1 to 64");
  need(v.http.header_limit >= 1024, "http.header-limit", "must be at least 1024");
  need(v.http.public_url.empty() || v.http.public_url.starts_with("http://")
         || v.http.public_url.starts_with("https://"),
       "http.public-url", "must begin with http:// or https://");
  need(!v.http.public_url.ends_with('/'), "http.public-url", "must not end with a slash");
  need(one_of(v.http.client_header, {"none", "x-forwarded-for", "forwarded"}), "http.client-header",
       "must be x-forwarded-for, forwarded or none");
  need(!v.http.proxy_protocol || !v.http.trusted_proxies.empty(), "http.proxy-protocol",
       "needs http.trusted-proxies: from others no header is taken");
  need(v.http.probe_interval >= std::chrono::milliseconds{10} && v.http.probe_interval <= std::chrono::minutes{1},
       "http.probe-interval", "must be from 10ms to 1min");
  need(v.metrics.port == 0 || v.metrics.port != v.http.port || v.metrics.address != v.http.address, "metrics.port",
       "must be another than http.port");
  for_each_rate(v.rates, [&](double per_second, double burst, const std::string& of) {
    need(per_second >= 0, "rates." + of + "-per-second", "must be at least 0");
    need(per_second == 0 || burst >= 1, "rates." + of + "-burst", "must be at least 1");
  });
  need(v.rates.callers >= 1'000 && v.rates.callers <= 10'000'000, "rates.callers", "must be from 1000 to 10000000");
  need(v.postgres.url.find("password") == std::string::npos, "postgres.url",
       "must not hold a password: use postgres.password-file or AINFT_POSTGRES_PASSWORD");
  need(v.postgres.writers >= 1 && v.postgres.writers <= 64, "postgres.writers", "must be from 1 to 64");
  need(v.postgres.readers >= 2 && v.postgres.readers <= 64, "postgres.readers", "must be from 2 to 64");
  need(v.postgres.max_batch >= 1 && v.postgres.max_batch <= 4096, "postgres.max-batch", "must be from 1 to 4096");
  need(!v.solana.fee_payer_key_file.empty(), "solana.fee-payer-key-file", "is required");
  need(!v.solana.reserve_address.empty(), "solana.reserve-address", "is required");
  need(v.solana.fee_bps <= 5000, "solana.fee-bps", "must be from 0 to 5000");
  need(v.market.least_price >= 1, "market.least-price", "must be at least 1");
  need(v.sponsor.stop_balance <= v.sponsor.warning_balance, "sponsor.stop-balance",
       "must be at most sponsor.warning-balance");
  need(v.sponsor.look_every >= std::chrono::milliseconds{100} && v.sponsor.look_every <= std::chrono::minutes{10},
       "sponsor.look-every", "must be from 100ms to 10min");
  need(!v.auth.token_key_file.empty(), "auth.token-key-file", "is required");
  need(v.auth.access_lifetime <= std::chrono::hours{24}, "auth.access-lifetime", "must be at most 24h");
  need(v.postgres.write_queue >= 100 && v.postgres.write_queue <= 1'000'000, "postgres.write-queue",
       "must be from 100 to 1000000");
  need(v.postgres.write_timeout >= std::chrono::milliseconds{100}
         && v.postgres.write_timeout <= std::chrono::minutes{5},
       "postgres.write-timeout", "must be from 100ms to 5min");
  need(v.market.max_raise >= 2 && v.market.max_raise <= 1'000'000, "market.max-raise", "must be from 2 to 1000000");
  need(v.market.balance_age >= std::chrono::seconds{0} && v.market.balance_age <= std::chrono::minutes{1},
       "market.balance-age", "must be from 0s to 1min");
  need(v.auth.refresh_grace.count() >= 0 && v.auth.refresh_grace <= std::chrono::minutes{5}, "auth.refresh-grace",
       "must be from 0s to 5min");
  need(v.assets.url_lifetime >= std::chrono::minutes{1} && v.assets.url_lifetime <= std::chrono::hours{24},
       "assets.url-lifetime", "must be from 1min to 24h");
  need(v.assets.max_bytes >= 1 && v.assets.max_bytes <= 20 * 1024 * 1024, "assets.max-bytes",
       "must be from 1 to 20971520");
  need(v.assets.max_pixels >= 1 && v.assets.max_pixels <= 1'000'000'000, "assets.max-pixels",
       "must be from 1 to 1000000000");
  need(v.assets.decoders >= 1 && v.assets.decoders <= 64, "assets.decoders", "must be from 1 to 64");
  need(v.entities.snapshot_every >= 1, "entities.snapshot-every", "must be at least 1");
  need(v.entities.in_flight >= 1 && v.entities.in_flight <= 100'000, "entities.in-flight", "must be from 1 to 100000");
  need(v.followers.patience >= std::chrono::seconds{0} && v.followers.patience <= std::chrono::minutes{1},
       "followers.patience", "must be from 0s to 1min");
  need(v.followers.longest_pause >= std::chrono::seconds{1} && v.followers.longest_pause <= std::chrono::hours{24},
       "followers.longest-pause", "must be from 1s to 24h");
  need(v.background.threads >= 1 && v.background.threads <= 64, "background.threads", "must be from 1 to 64");
  check_realtime(v, need);
  check_cluster(v, need);
  need(v.ai.workers <= 256, "ai.workers", "must be at most 256");
  need(v.ai.lease >= std::chrono::seconds{2} && v.ai.lease <= std::chrono::hours{24}, "ai.lease",
       "must be from 2s to 24h");
  need(!v.ai.moderation || !v.openai.url.empty(), "ai.moderation", "needs the provider openai (openai.url)");
  for (const auto& [name, p] : {std::pair{"openai", &v.openai},
                                {"stability", &v.stability},
                                {"replicate", &v.replicate},
                                {"automatic1111", &v.automatic1111},
                                {"comfyui", &v.comfyui}}) {
    const std::string of{name};
    need(p->url.empty() || p->url.starts_with("http://") || p->url.starts_with("https://"), of + ".url",
         "must begin with http:// or https://");
    need(p->timeout >= std::chrono::seconds{1} && p->timeout <= std::chrono::hours{1}, of + ".timeout",
         "must be from 1s to 1h");
    need(p->poll >= std::chrono::milliseconds{10} && p->poll <= std::chrono::minutes{1}, of + ".poll",
         "must be from 10ms to 1min");
    need(p->training_poll >= std::chrono::seconds{1} && p->training_poll <= std::chrono::hours{1},
         of + ".training-poll", "must be from 1s to 1h");
  }
  need(v.ai.local_threads >= 1 && v.ai.local_threads <= 256, "ai.local-threads", "must be from 1 to 256");
}

} // namespace ainft::config
