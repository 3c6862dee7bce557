#pragma once

#include "actors/ai/job/workers.hpp"
#include "actors/realtime/front.hpp"
#include "actors/services.hpp"
#include "config/durations.hpp"
#include "config/settings.hpp"
#include "net/client/http_client.hpp"
#include "net/http/rate_limit.hpp"
#include "net/http/server.hpp"
#include "runtime/follower.hpp"

/// Converts the settings of the configuration into those of the parts.
namespace ainft {

/// The value. Throws std::runtime_error with the setting's name if it is refused.
template <class T>
T must(runtime::result<T> got, const std::string& setting) {
  if (!got)
    throw std::runtime_error{setting + ": " + runtime::explain(got.error()).detail};
  return std::move(*got);
}

/// The URL at which clients reach the platform. Without http.public-url, it consists of http.address and `port`.
[[nodiscard]] std::string public_url_of(const config::settings& s, uint16_t port);

/// The name of the database of a connection string. Connects to it to find out.
[[nodiscard]] std::string database_name(const std::string& url);

/// The first line of a secret's file; empty without a file. Throws std::runtime_error if the file cannot be read.
[[nodiscard]] std::string secret_from(const std::string& file, const std::string& setting);

/// Throws std::runtime_error with the setting and the rule if `auth.operators` or `cluster.operators-file` is invalid.
/// Does not use the database.
void check_operators(const config::settings& s);

[[nodiscard]] platform platform_of(const config::settings& s);
/// `port`: see public_url_of.
[[nodiscard]] auth_settings auth_of(const config::settings& s, uint16_t port);
/// The token that /metrics requires; empty for none. Throws std::runtime_error if the file has no token of at least 16
/// characters.
[[nodiscard]] std::string metrics_token_of(const config::settings& s);
[[nodiscard]] runtime::retry_settings retries_of(const config::settings& s);
[[nodiscard]] http::rate_settings rates_of(const config::settings& s);
[[nodiscard]] realtime::front_settings realtime_of(const config::settings& s);
[[nodiscard]] ai_job::worker_settings workers_of(const config::settings& s);
[[nodiscard]] http::server_settings server_settings_of(const config::settings& s);
/// For the listener that serves only /metrics.
[[nodiscard]] http::server_settings metrics_server_of(const config::settings& s);

/// Adds the AI providers that the settings enable. The provider `local` is always there.
void add_providers(ai_job::providers& to, const config::settings& s, client::http_client& http,
                   const boost::asio::any_io_executor& executor);

} // namespace ainft
