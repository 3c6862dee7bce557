#include "tools/ainftd/listeners.hpp"

#include "actors/platform/front.hpp"
#include "tools/ainftd/parts_settings.hpp"

namespace ainft {

namespace {

std::unique_ptr<http::server> bound(caf::actor_system& system, http::server_settings settings,
                                    const http::dispatcher& serves, std::vector<http::mount*> at, const char* names) {
  const auto where = settings.address + ":" + std::to_string(settings.port);
  auto out = std::make_unique<http::server>(system, std::move(settings), serves, std::move(at));
  try {
    out->bind();
  } catch (const boost::system::system_error& e) {
    throw std::runtime_error{"cannot listen on " + where + " (" + names + "): " + e.code().message()};
  }
  return out;
}

} // namespace

listeners::listeners(caf::actor_system& system, const config::settings& settings, const services& all)
  : system_{system}, settings_{settings}, limiter_{rates_of(settings)}, front_{routes_, platform_front::make_hooks(
                                                                                          all, limiter_)},
    metrics_front_{metrics_routes_, platform_front::make_hooks(all, limiter_)} {}

uint16_t listeners::bind(http::mount& sockets) {
  std::vector<http::mount*> mounts{&sockets};
  if (settings_.conformance.echo) {
    echo_ = std::make_unique<socketio::echo_servers>(system_);
    for (auto* m : echo_->mounts())
      mounts.push_back(m);
  }
  server_ = bound(system_, server_settings_of(settings_), front_, std::move(mounts), "http.address, http.port");
  if (has_metrics_listener())
    metrics_server_ = bound(system_, metrics_server_of(settings_), metrics_front_, {}, "metrics.address, metrics.port");
  return server_->port();
}

void listeners::serve() {
  server_->start();
  if (metrics_server_)
    metrics_server_->start();
}

void listeners::drain() {
  server_->drain(in_ms(settings_.http.drain_patience));
  if (metrics_server_)
    metrics_server_->drain(std::chrono::milliseconds{0});
}

void listeners::end() {
  server_.reset();
  metrics_server_.reset();
}

} // namespace ainft
