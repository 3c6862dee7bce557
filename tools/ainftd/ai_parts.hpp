#pragma once

#include "actors/ai/agent/toolbox.hpp"
#include "actors/ai/job/order_service.hpp"
#include "actors/ai/job/workers.hpp"
#include "actors/ai/key/keys.hpp"
#include "config/settings.hpp"
#include "net/client/http_client.hpp"

namespace ainft {

/// A node's parts for AI: the providers, the stored keys, the orders and the agents' tools.
struct ai_parts {
  /// Agents call the routes of `front`. The constructor does not use `all`.
  ai_parts(const config::settings& settings, const services& all, const http::dispatcher& front,
           client::http_client& outbound, const boost::asio::any_io_executor& executor);

  /// Encrypts the stored keys with the first of the secret keys.
  void seal_keys_again(const std::string& postgres_url) const;

  /// The workers of this node, which do not start by themselves.
  [[nodiscard]] ai_job::workers make_workers(const config::settings& settings);

  ai_job::providers makers;
  ai_key::vault vault;
  ai_job::order_service orders;
  agent::toolbox tools;
  ai_services shared; ///< for routes and followers

private:
  task<std::string> find_key(studio_id studio, std::string provider);
  ai_job::text_judge moderation();

  const services& all_;
};

} // namespace ainft
