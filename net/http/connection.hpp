#pragma once

#include "net/disk.hpp"
#include "net/http/server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <caf/telemetry/counter.hpp>
#include <caf/telemetry/gauge.hpp>
#include <caf/telemetry/histogram.hpp>

#include <atomic>
#include <unordered_map>

namespace ainft::http {

/// The state that all connections of a server share.
struct shared_state {
  server_settings settings;
  const dispatcher& front;
  std::vector<mount*> mounts;
  caf::actor_system& system;
  std::atomic<bool> draining{false};
  std::atomic<size_t> connections{0};
  std::atomic<size_t> in_flight{0};
  caf::telemetry::int_gauge* open_connections = nullptr;
  std::vector<caf::telemetry::dbl_histogram*> latency; ///< indexed by route::index
  net::disk files{settings.file_threads};
};

/// Serves one connection until it ends. While it runs, `*closer` is a function that ends the connection if it is idle:
/// between requests, or in an endless answer.
asio::awaitable<void> serve(shared_state& shared, asio::ip::tcp::socket socket,
                            std::shared_ptr<std::function<void()>> closer);

} // namespace ainft::http
