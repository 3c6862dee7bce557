#pragma once

#include "actors/ai/job/workers.hpp"
#include "actors/realtime/front.hpp"
#include "actors/services.hpp"
#include "config/settings.hpp"
#include "net/client/http_client.hpp"
#include "net/http/rate_limit.hpp"
#include "net/http/server.hpp"
#include "runtime/follower.hpp"

/// From the settings of the configuration to those of the parts.
namespace ainft {

[[nodiscard]] inline std::chrono::milliseconds in_ms(caf::timespan t) { return std::chrono::duration_cast<std::chrono::milliseconds>(t); }
[[nodiscard]] inline std::chrono::seconds in_s(caf::timespan t) { return std::chrono::duration_cast<std::chrono::seconds>(t); }

/// The value; throws std::runtime_error with the setting's name where it is refused.
template <class T>
T must(runtime::result<T> got, const std::string& setting) {
  if (!got)
    throw std::runtime_error{setting + ": " + runtime::explain(got.error()).detail};
  return std::move(*got);
}

/// What clients reach the platform under; `port` where the address alone says it.
[[nodiscard]] std::string public_url_of(const config::settings& s, uint16_t port);

/// The name of the database that a connection string leads to.
[[nodiscard]] std::string database_name(const std::string& url);

/// The secret that the first line of a setting's file holds; empty without a file.
[[nodiscard]] std::string secret_from(const std::string& file, const std::string& setting);

[[nodiscard]] platform platform_of(const config::settings& s);
/// `port`: see public_url_of.
[[nodiscard]] auth_settings auth_of(const config::settings& s, uint16_t port);
/// What /metrics demands; empty for nothing. Throws std::runtime_error where the file has no token of 16 characters or more.
[[nodiscard]] std::string metrics_token_of(const config::settings& s);
[[nodiscard]] runtime::retry_settings retries_of(const config::settings& s);
[[nodiscard]] http::rate_settings rates_of(const config::settings& s);
[[nodiscard]] realtime::front_settings realtime_of(const config::settings& s);
[[nodiscard]] ai_job::worker_settings workers_of(const config::settings& s);
[[nodiscard]] http::server_settings server_settings_of(const config::settings& s);
/// Of the listener for metrics alone.
[[nodiscard]] http::server_settings metrics_server_of(const config::settings& s);

/// Adds the providers of AI that are set up.
void add_providers(ai_job::providers& to, const config::settings& s, client::http_client& http, const boost::asio::any_io_executor& executor);

} // namespace ainft
