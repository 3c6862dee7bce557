#include "net/http/server.hpp"

#include "net/client/http_client.hpp"

#include <boost/asio/post.hpp>

#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include <future>

namespace {

using namespace ainft;
using std::chrono::seconds;

/// A mount whose functions throw.
class breaking final : public http::mount {
public:
  void start(const std::vector<http::asio::any_io_executor>& threads) override { threads_ = threads; }
  void stop() override {}
  void finish() override {}
  [[nodiscard]] bool serves(std::string_view path) const override { return path.starts_with("/broken"); }
  [[nodiscard]] uint64_t body_limit() const override { return 1000; }
  [[nodiscard]] http::asio::awaitable<http::reply> answer(http::call& c, std::string_view) override {
    if (c.target == "/broken/threads")
      for (const auto& t : threads_)
        http::asio::post(t, [] { throw std::out_of_range{"x"}; });
    http::reply out;
    if (out.body.empty())
      throw std::runtime_error{"x"};
    co_return out;
  }
  void take_over(http::upgrade) override { throw std::runtime_error{"x"}; }

private:
  std::vector<http::asio::any_io_executor> threads_;
};

/// A server with a few routes and the mount above.
struct serving {
  serving() {
    const auto route = [this](std::string path, http::handler f) {
      routes.get(std::move(path), "", "", http::open_to_all, std::move(f)).rate = http::rate_class::none;
    };
    route("/good", [](http::call&) -> http::asio::awaitable<runtime::result<http::reply>> {
      http::reply out;
      co_return out;
    });
    route("/thrown", [](http::call&) -> http::asio::awaitable<runtime::result<http::reply>> {
      http::reply out;
      if (out.body.empty())
        throw std::runtime_error{"x"};
      co_return out;
    });
    route("/text", [](http::call&) -> http::asio::awaitable<runtime::result<http::reply>> {
      http::reply out;
      out.body = "some text";
      co_return out;
    });
    http::server_hooks hooks;
    hooks.within_rate = [](const http::call&) { return true; };
    front.emplace(routes, std::move(hooks));
    http::server_settings settings;
    settings.port = 0;
    server.emplace(system, settings, *front, std::vector<http::mount*>{&mount});
    server->start();
  }

  /// Returns the status of the answer; 0 if there is none.
  long get(const std::string& path, std::vector<std::string> headers = {}) {
    std::promise<long> status;
    client::request r;
    r.url = "http://127.0.0.1:" + std::to_string(server->port()) + path;
    r.headers = std::move(headers);
    client.send(std::move(r),
                [&status](runtime::result<client::response> got) { status.set_value(got ? got->status : 0); });
    return status.get_future().get();
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  http::route_table routes;
  std::optional<http::dispatcher> front;
  breaking mount;
  std::optional<http::server> server;
  client::http_client client;
};

} // namespace

TEST(http_server, goes_on_whatever_throws) {
  serving s;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(s.get("/good"), 200);
    EXPECT_EQ(s.get("/thrown"), 500);
    EXPECT_EQ(s.get("/broken"), 0) << "only this connection ends";
    EXPECT_EQ(s.get("/broken/threads"), 0);
    EXPECT_EQ(s.get("/broken", {"Connection: Upgrade", "Upgrade: websocket"}), 0);
  }
  EXPECT_EQ(s.get("/good"), 200);
}

TEST(http_client, goes_on_after_a_receiver_that_throws) {
  serving s;
  const auto url = "http://127.0.0.1:" + std::to_string(s.server->port()) + "/good";
  for (int i = 0; i < 3; ++i) {
    client::request r;
    r.url = url;
    std::promise<void> called;
    s.client.send(std::move(r), [&called](const runtime::result<client::response>&) {
      called.set_value();
      throw std::runtime_error{"x"};
    });
    ASSERT_EQ(called.get_future().wait_for(seconds{10}), std::future_status::ready);
  }
  EXPECT_EQ(s.get("/good"), 200);
}

TEST(http_client, ends_a_transfer_whose_reader_throws_and_goes_on) {
  serving s;
  client::request r;
  // on_data does not get the body of a 404
  r.url = "http://127.0.0.1:" + std::to_string(s.server->port()) + "/v1/nothing";
  r.on_data = [](std::string_view) { throw std::runtime_error{"x"}; };
  std::promise<bool> done;
  s.client.send(r, [&done](const runtime::result<client::response>& got) { done.set_value(static_cast<bool>(got)); });
  EXPECT_TRUE(done.get_future().get());
  std::promise<bool> broken;
  r.url = "http://127.0.0.1:" + std::to_string(s.server->port()) + "/text";
  s.client.send(r,
                [&broken](const runtime::result<client::response>& got) { broken.set_value(static_cast<bool>(got)); });
  EXPECT_FALSE(broken.get_future().get());
  EXPECT_EQ(s.get("/good"), 200);
}
