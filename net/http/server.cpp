#include "net/http/server.hpp"

#include "net/http/connection.hpp"
#include "runtime/guard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <caf/telemetry/metric_registry.hpp>
#include <spdlog/spdlog.h>

#include <list>
#include <thread>

namespace ainft::http {

namespace {

/// One network thread. Its connections stay on it.
struct worker {
  /// Used by this thread only. Must outlive the connections.
  std::list<std::shared_ptr<std::function<void()>>> closers;
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::thread thread;
};

/// A connection's entry in its worker. The connection's coroutine owns it, and its destructor removes the entry.
class place {
public:
  place(shared_state& shared, worker& in)
    : shared_{shared}, in_{in}, at_{in.closers.insert(in.closers.end(), std::make_shared<std::function<void()>>())} {}
  ~place() {
    in_.closers.erase(at_);
    --shared_.connections;
    shared_.open_connections->dec();
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;

  [[nodiscard]] const std::shared_ptr<std::function<void()>>& closer() const { return *at_; }

private:
  shared_state& shared_;
  worker& in_;
  decltype(worker::closers)::iterator at_;
};

} // namespace

struct server::impl {
  impl(caf::actor_system& system, server_settings settings, const dispatcher& front, std::vector<mount*> mounts)
    : shared{std::move(settings), front, std::move(mounts), system} {
    auto& metrics = system.metrics();
    shared.open_connections = metrics.gauge_singleton("ainft", "http_connections", "Open HTTP connections");
    static constexpr double bounds[] = {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10};
    auto* family = metrics.histogram_family<double>("ainft", "http_request_duration", {"method", "route"}, bounds,
                                                    "Time from the first byte of a request to its response", "seconds");
    for (const auto& r : front.routes().routes())
      shared.latency.push_back(
        family->get_or_add({{"method", std::string{beast::http::to_string(r.method)}}, {"route", r.path}}));
  }

  asio::awaitable<void> accept() {
    size_t turn = 0;
    for (;;) {
      auto& to = *workers[turn++ % workers.size()];
      boost::system::error_code ec;
      auto socket = co_await acceptor->async_accept(to.io, asio::redirect_error(asio::use_awaitable, ec));
      if (ec == asio::error::operation_aborted || shared.draining)
        co_return;
      if (ec) { // too many open file descriptors: waits until some are free
        asio::steady_timer pause{co_await asio::this_coro::executor, std::chrono::milliseconds{50}};
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        continue;
      }
      if (shared.connections >= shared.settings.max_connections)
        continue; // closes the socket
      take(to, std::move(socket));
    }
  }

  void take(worker& to, asio::ip::tcp::socket socket) {
    ++shared.connections;
    shared.open_connections->inc();
    asio::post(to.io, [this, &to, socket = std::move(socket)]() mutable {
      asio::co_spawn(to.io, hold(std::make_unique<place>(shared, to), std::move(socket)),
                     runtime::reported("http_connection"));
    });
  }

  asio::awaitable<void> hold(std::unique_ptr<place> in, asio::ip::tcp::socket socket) {
    co_await serve(shared, std::move(socket), in->closer());
  }

  void close_idle() {
    for (auto& w : workers)
      asio::post(w->io, [&w] {
        for (auto& closer : w->closers)
          if (*closer)
            (*closer)();
      });
  }

  shared_state shared;
  std::vector<std::unique_ptr<worker>> workers;
  std::optional<asio::ip::tcp::acceptor> acceptor;
  uint16_t port = 0;
};

server::server(caf::actor_system& system, server_settings settings, const dispatcher& front, std::vector<mount*> mounts)
  : impl_{std::make_unique<impl>(system, std::move(settings), front, std::move(mounts))} {}

server::~server() { drain(std::chrono::milliseconds{0}); }

void server::bind() {
  auto& s = impl_->shared.settings;
  for (size_t i = 0; i < std::max<size_t>(s.threads, 1); ++i)
    impl_->workers.push_back(std::make_unique<worker>());
  const asio::ip::tcp::endpoint at{asio::ip::make_address(s.address), s.port};
  impl_->acceptor.emplace(impl_->workers[0]->io, at, true);
  impl_->port = impl_->acceptor->local_endpoint().port();
}

void server::start() {
  if (!impl_->acceptor)
    bind();
  std::vector<asio::any_io_executor> threads;
  for (auto& w : impl_->workers)
    threads.emplace_back(w->io.get_executor());
  for (auto* m : impl_->shared.mounts)
    m->start(threads);
  asio::co_spawn(impl_->workers[0]->io, impl_->accept(), runtime::reported("http_accept"));
  for (auto& w : impl_->workers)
    w->thread = std::thread{[&w] { runtime::run_guarded("http", w->io); }};
}

uint16_t server::port() const noexcept { return impl_->port; }

void server::drain(std::chrono::milliseconds patience) {
  if (impl_->shared.draining.exchange(true) || impl_->workers.empty())
    return;
  asio::post(impl_->workers[0]->io, [this] {
    boost::system::error_code ec;
    impl_->acceptor->close(ec);
  });
  for (auto* m : impl_->shared.mounts)
    m->stop();
  const auto until = std::chrono::steady_clock::now() + patience;
  do {
    impl_->close_idle();
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  } while (impl_->shared.in_flight > 0 && std::chrono::steady_clock::now() < until);
  for (auto& w : impl_->workers) {
    w->work.reset();
    w->io.stop();
    if (w->thread.joinable())
      w->thread.join();
  }
  impl_->shared.files.join(); // its results go to the workers, whose threads have ended but which still exist
  for (auto* m : impl_->shared.mounts)
    m->finish();
}

} // namespace ainft::http
