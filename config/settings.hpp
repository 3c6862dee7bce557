#pragma once

#include <caf/timespan.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace ainft::config {

using caf::timespan;

/// A remote AI provider. It exists only if `url` is set.
struct remote_ai {
  std::string url;
  std::string key_file;
  std::string image_model, text_model;
  uint32_t at_once = 4;
  uint32_t per_minute = 0;
  uint32_t picture_credits = 0, million_token_credits = 0, fine_tune_credits = 0;
  timespan timeout = std::chrono::seconds{120};
  timespan poll = std::chrono::seconds{1};
  timespan training_poll = std::chrono::seconds{30};
};

/// All settings with their defaults. Their names in files, options and the environment are in config/options.cpp.
struct settings {
  struct {
    std::string level = "info";
    std::string format = "human";
    bool requests = true;
  } log;

  struct {
    std::string address = "127.0.0.1";
    uint16_t port = 8080;
    uint32_t threads = 2;
    std::string public_url;
    timespan idle_timeout = std::chrono::seconds{60};
    timespan header_timeout = std::chrono::seconds{10};
    timespan body_timeout = std::chrono::seconds{30};
    timespan write_timeout = std::chrono::seconds{30};
    uint32_t header_limit = 16 * 1024;
    uint32_t json_limit = 64 * 1024;
    uint32_t max_connections = 10'000;
    uint32_t file_threads = 2;
    std::vector<std::string> cors_origins;
    std::vector<std::string> trusted_proxies;
    std::string client_header = "x-forwarded-for";
    bool proxy_protocol = false;
    timespan probe_interval = std::chrono::seconds{1};
    timespan drain_delay = std::chrono::seconds{0};
    timespan drain_patience = std::chrono::seconds{15};
    std::string docs_folder = "tools/api_docs/node_modules/swagger-ui-dist";
  } http;

  struct {
    std::string address = "127.0.0.1";
    uint16_t port = 0;
    std::string token_file;
  } metrics;

  struct {
    double read_per_second = 200, read_burst = 400;
    double write_per_second = 20, write_burst = 60;
    double bid_per_second = 20, bid_burst = 100;
    double sign_in_per_second = 5, sign_in_burst = 30;
    double upload_per_second = 2, upload_burst = 20;
    double handshake_per_second = 20, handshake_burst = 200;
    uint32_t callers = 100'000;
  } rates;

  struct {
    std::string url = "dbname=ainft";
    std::string password_file;
    uint32_t writers = 1;
    uint32_t readers = 4;
    uint32_t max_batch = 256;
    uint32_t write_queue = 10'000;
    timespan write_timeout = std::chrono::seconds{8};
    timespan patience = std::chrono::seconds{0};
  } postgres;

  struct {
    std::string address = "127.0.0.1:6379";
  } redis;

  struct {
    std::string name;
    std::string address = "127.0.0.1";
    std::string advertised_address;
    uint16_t port = 0;
    std::vector<std::string> roles{"front", "entities", "workers"};
    std::string certificate_file, key_file, authority_file;
    uint16_t console_port = 0;
    std::string operators_file;
    timespan lease = std::chrono::seconds{5};
    timespan beat = std::chrono::milliseconds{500};
    timespan suspect_after = std::chrono::milliseconds{2'500};

    /// Nodes of a cluster authenticate each other by certificates. A node without one runs alone.
    [[nodiscard]] bool is_on() const noexcept { return !certificate_file.empty(); }
  } cluster;

  struct {
    std::string rpc_url = "http://127.0.0.1:8899";
    std::string fee_payer_key_file;
    std::string reserve_name = "monads.skr";
    std::string reserve_address;
    uint32_t fee_bps = 250;
    timespan signature_window = std::chrono::seconds{90};
  } solana;

  struct {
    std::string token_key_file;
    std::string domain;
    std::vector<std::string> operators;
    std::string chain_id = "localnet";
    timespan access_lifetime = std::chrono::minutes{15};
    timespan refresh_lifetime = std::chrono::hours{24 * 30};
    timespan refresh_grace = std::chrono::seconds{30};
    timespan nonce_lifetime = std::chrono::minutes{5};
  } auth;

  struct {
    timespan payment_window = std::chrono::hours{24};
    timespan approval_window = std::chrono::hours{1};
    uint32_t max_raise = 10;
    timespan balance_age = std::chrono::seconds{5};
    uint64_t least_price = 1'000'000;
  } market;

  struct {
    uint64_t daily_lamports_user = 100'000'000;
    uint64_t daily_lamports_studio = 200'000'000;
    uint64_t daily_lamports_all = 5'000'000'000;
    uint64_t warning_balance = 1'000'000'000;
    uint64_t stop_balance = 100'000'000;
    timespan look_every = std::chrono::seconds{10};
  } sponsor;

  struct {
    timespan ping_interval = std::chrono::seconds{25};
    timespan ping_timeout = std::chrono::seconds{20};
    timespan upgrade_timeout = std::chrono::seconds{10};
    timespan connect_timeout = std::chrono::seconds{10};
    timespan token_grace = std::chrono::seconds{30};
    timespan replay_window = std::chrono::hours{24};
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
  } realtime;

  struct {
    uint32_t workers = 2;
    timespan lease = std::chrono::seconds{60};
    uint32_t local_threads = 1;
    std::vector<std::string> denied_words;
    bool noop = false;
    bool moderation = false;
    uint64_t daily_credits = 0;
    std::vector<std::string> secret_key_files;
  } ai;

  remote_ai openai{.image_model = "gpt-image-1", .text_model = "gpt-4o-mini"};
  remote_ai stability{.image_model = "core", .text_model = ""};
  remote_ai replicate{.image_model = "black-forest-labs/flux-schnell", .text_model = ""};
  std::string replicate_webhook_secret_file;
  remote_ai automatic1111;
  remote_ai comfyui{.image_model = "v1-5-pruned-emaonly.safetensors", .text_model = ""};

  struct {
    std::string proxy;
    std::string no_proxy = "localhost,127.0.0.1,::1";
  } outbound;

  struct {
    bool echo = false;
  } conformance;

  struct {
    std::string folder = "var/assets";
    timespan url_lifetime = std::chrono::minutes{30};
    uint64_t max_bytes = 20 * 1024 * 1024;
    uint64_t max_pixels = 50'000'000;
    uint32_t max_frames = 1000;
    uint64_t max_animation_pixels = 1'000'000'000;
    timespan max_duration = std::chrono::minutes{10};
    uint32_t decoders = 2;
  } assets;

  struct {
    timespan idle_timeout = std::chrono::minutes{5};
    uint32_t snapshot_every = 400;
    uint32_t in_flight = 1'000;
  } entities;

  struct {
    timespan patience = std::chrono::seconds{5};
    timespan longest_pause = std::chrono::minutes{5};
    uint32_t most_parked = 10'000;
  } followers;

  struct {
    uint32_t threads = 4;
  } background;
};

} // namespace ainft::config
