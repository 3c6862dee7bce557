#include "tools/ainftd/parts_settings.hpp"

#include "actors/admin/operations/operators_file.hpp"
#include "actors/ai/job/routes.hpp"
#include "actors/studios/asset/urls.hpp"
#include "net/ai/local/local_provider.hpp"
#include "net/ai/noop_provider.hpp"
#include "net/ai/remote/automatic1111.hpp"
#include "net/ai/remote/comfyui.hpp"
#include "net/ai/remote/openai.hpp"
#include "net/ai/remote/replicate.hpp"
#include "net/ai/remote/stability.hpp"
#include "persistence/session.hpp"
#include "tools/ainftd/cluster_node.hpp"

#include <boost/asio/strand.hpp>

#include <unistd.h>

#include <fstream>

namespace ainft {

std::string public_url_of(const config::settings& s, uint16_t port) {
  if (s.http.public_url.empty())
    return "http://" + s.http.address + ":" + std::to_string(port);
  return s.http.public_url.substr(0, s.http.public_url.find_last_not_of('/') + 1);
}

void check_operators(const config::settings& s) {
  for (const auto& wallet : s.auth.operators) {
    const auto key = must(solana::public_key::parse(wallet), "auth.operators: '" + wallet + "'");
    if (key == solana::public_key{})
      throw std::runtime_error{"auth.operators: '" + wallet
                               + "' is the address of Solana's system program, not of a wallet"};
  }
  if (s.cluster.console_port != 0)
    operations::operators_file{s.cluster.operators_file}.check();
}

platform platform_of(const config::settings& s) {
  return {must(solana::key_pair::from_file(s.solana.fee_payer_key_file), "solana.fee-payer-key-file"),
          must(solana::public_key::parse(s.solana.reserve_address), "solana.reserve-address"),
          static_cast<uint16_t>(s.solana.fee_bps),
          in_s(s.solana.signature_window),
          public_url_of(s, s.http.port),
          asset::derive_url_key(must(solana::key_pair::from_file(s.auth.token_key_file), "auth.token-key-file"))};
}

auth_settings auth_of(const config::settings& s, uint16_t port) {
  const auto url = public_url_of(s, port);
  const auto host = url.find("://") + 3;
  auto domain = s.auth.domain.empty() ? url.substr(host, url.find('/', host) - host) : s.auth.domain;
  return {std::move(domain),
          in_s(s.auth.access_lifetime),
          in_s(s.auth.refresh_lifetime),
          in_s(s.auth.nonce_lifetime),
          s.auth.chain_id,
          s.auth.operators,
          in_s(s.auth.refresh_grace)};
}

runtime::retry_settings retries_of(const config::settings& s) {
  runtime::retry_settings out;
  out.patience = in_ms(s.followers.patience);
  out.longest_pause = in_ms(s.followers.longest_pause);
  out.most_parked = s.followers.most_parked;
  return out;
}

http::rate_settings rates_of(const config::settings& s) {
  http::rate_settings out;
  const auto set = [&out](http::rate_class c, double per_second, double burst) {
    out.of[static_cast<size_t>(c)] = {per_second, burst};
  };
  const auto& r = s.rates;
  set(http::rate_class::read, r.read_per_second, r.read_burst);
  set(http::rate_class::write, r.write_per_second, r.write_burst);
  set(http::rate_class::bid, r.bid_per_second, r.bid_burst);
  set(http::rate_class::sign_in, r.sign_in_per_second, r.sign_in_burst);
  set(http::rate_class::upload, r.upload_per_second, r.upload_burst);
  set(http::rate_class::handshake, r.handshake_per_second, r.handshake_burst);
  out.callers = r.callers;
  return out;
}

realtime::front_settings realtime_of(const config::settings& s) {
  const auto& r = s.realtime;
  realtime::front_settings out;
  out.server.max_connections = r.max_connections;
  out.server.newcomers_per_address = r.newcomers_per_address;
  out.server.engine = {in_ms(r.ping_interval), in_ms(r.ping_timeout), in_ms(r.upgrade_timeout),
                       r.max_payload,          r.send_queue,          r.compression};
  out.connect_timeout = in_ms(r.connect_timeout);
  out.sessions = {
    r.sockets_per_session, r.rooms_per_socket, {r.subscribe_per_second, r.subscribe_burst}, in_s(r.token_grace)};
  out.sockets = {in_s(r.token_grace), r.commands_at_once, r.connects_at_once};
  out.commands = {s.http.json_limit, s.log.requests};
  out.replay_window = in_s(r.replay_window);
  out.postgres_url = s.postgres.url;
  out.serves_sockets = !s.conformance.echo;
  if (s.cluster.is_on())
    out.server.sid_prefix = node_name(s) + ".";
  return out;
}

std::string database_name(const std::string& url) {
  persistence::session db{url};
  static constexpr persistence::statement ask{"database_name", "select current_database()"};
  return db.run(ask)[0][0].as<std::string>();
}

ai_job::worker_settings workers_of(const config::settings& s) {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const auto name = std::string{host} + ":" + std::to_string(getpid());
  return {s.ai.workers, in_s(s.ai.lease), name, {s.redis.address, database_name(s.postgres.url), name}};
}

std::string secret_from(const std::string& file, const std::string& setting) {
  if (file.empty())
    return {};
  std::ifstream in{file};
  std::string secret;
  if (!std::getline(in, secret))
    throw std::runtime_error{setting + ": " + file + " cannot be read"};
  return secret;
}

std::string metrics_token_of(const config::settings& s) {
  constexpr size_t least = 16;
  auto out = secret_from(s.metrics.token_file, "metrics.token-file");
  if (!s.metrics.token_file.empty() && out.size() < least)
    throw std::runtime_error{"metrics.token-file: " + s.metrics.token_file
                             + " must contain a token of at least 16 characters in its first line"};
  return out;
}

void add_providers(ai_job::providers& to, const config::settings& s, client::http_client& http,
                   const boost::asio::any_io_executor& executor) {
  to.add(std::make_unique<ai::local::local_provider>(s.ai.local_threads));
  if (s.ai.noop)
    to.add(std::make_unique<ai::noop_provider>());
  const auto add = [&]<class Provider>(std::type_identity<Provider>, const std::string& name,
                                       const config::remote_ai& r, auto&&... more) {
    if (r.url.empty())
      return;
    ai::remote::remote_settings settings{r.url,
                                         secret_from(r.key_file, name + ".key-file"),
                                         r.image_model,
                                         r.text_model,
                                         in_ms(r.timeout),
                                         in_ms(r.poll),
                                         in_s(r.training_poll)};
    while (settings.url.ends_with('/'))
      settings.url.pop_back();
    to.add(std::make_unique<Provider>(name, boost::asio::make_strand(executor), http, std::move(settings), more...),
           {r.at_once, r.per_minute}, {r.picture_credits, r.million_token_credits, r.fine_tune_credits});
  };
  using namespace ai::remote;
  add(std::type_identity<openai>{}, "openai", s.openai);
  add(std::type_identity<stability>{}, "stability", s.stability);
  const bool called_back = !s.replicate.webhook_secret_file.empty();
  add(std::type_identity<replicate>{}, "replicate", s.replicate,
      called_back ? public_url_of(s, s.http.port) + ai_job::replicate_webhook_path : std::string{});
  add(std::type_identity<automatic1111>{}, "automatic1111", s.automatic1111);
  add(std::type_identity<comfyui>{}, "comfyui", s.comfyui);
}

http::server_settings server_settings_of(const config::settings& s) {
  http::server_settings out;
  out.address = s.http.address;
  out.port = s.http.port;
  out.threads = s.http.threads;
  out.idle_timeout = in_ms(s.http.idle_timeout);
  out.header_timeout = in_ms(s.http.header_timeout);
  out.body_timeout = in_ms(s.http.body_timeout);
  out.write_timeout = in_ms(s.http.write_timeout);
  out.header_limit = s.http.header_limit;
  out.json_limit = s.http.json_limit;
  out.max_connections = s.http.max_connections;
  out.file_threads = s.http.file_threads;
  out.cors_origins = s.http.cors_origins;
  out.access_log = s.log.requests;
  for (const auto& t : s.http.trusted_proxies)
    out.proxies.trusted.push_back(must(http::network::parse(t), "http.trusted-proxies"));
  out.proxies.header = *runtime::enum_from<http::client_header>(s.http.client_header);
  out.proxies.proxy_protocol = s.http.proxy_protocol;
  return out;
}

http::server_settings metrics_server_of(const config::settings& s) {
  auto out = server_settings_of(s);
  out.address = s.metrics.address;
  out.port = s.metrics.port;
  out.threads = 1;
  out.file_threads = 1;
  out.max_connections = 100;
  out.cors_origins.clear();
  out.proxies = {};
  return out;
}

} // namespace ainft
