#include "net/socketio/socket.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace {

using namespace ainft::socketio;
using peer = ainft::socketio::socket; // avoids a clash with socket(2)
using std::chrono::milliseconds;

/// Accepts every client and keeps its socket.
struct welcome final : application {
  std::shared_ptr<peer> joined;
  void on_connect(std::shared_ptr<peer> s, nlohmann::json) override {
    s->accept();
    joined = std::move(s);
  }
  void on_event(peer&, event) override {}
  void on_disconnect(peer&, std::string_view) override {}
};

/// A polling client without a network.
struct polling {
  boost::asio::io_context io;
  engine_loop loop{io.get_executor()};
  engine_settings settings;
  welcome all;
  client_settings clients{milliseconds{45'000}, {{"/", &all}}};
  std::shared_ptr<engine_session> session = std::make_shared<engine_session>(loop, settings, "sid", nullptr);

  polling() {
    session->listen(std::make_unique<client>(*session, clients));
    session->open_polling();
    (void)poll();
    EXPECT_TRUE(session->take_payload("40"));
    (void)poll();
  }
  ~polling() {
    session->close(close_reason::forced_close);
    io.poll();
  }
  std::string poll() {
    std::string out;
    EXPECT_TRUE(session->poll([&out](engine_session::polled p) { out = std::move(p.body); }));
    io.poll();
    return out;
  }
};

} // namespace

TEST(socket, asks_its_client_and_hears_the_acknowledgement_once) {
  polling c;
  std::vector<std::string> heard;
  c.all.joined->emit(R"(["how"])", milliseconds{10'000},
                     [&](auto args) { heard.push_back(args ? args->dump() : "none"); });
  EXPECT_EQ(c.poll(), R"(420["how"])");
  EXPECT_TRUE(c.session->take_payload(R"(437["of another"])"));
  EXPECT_TRUE(heard.empty());
  EXPECT_TRUE(c.session->take_payload(R"(430["well",1])"));
  EXPECT_TRUE(c.session->take_payload(R"(430["again"])"));
  EXPECT_EQ(heard, (std::vector<std::string>{R"(["well",1])"}));
}

TEST(socket, hears_of_an_acknowledgement_that_does_not_come) {
  polling c;
  std::vector<std::string> heard;
  c.all.joined->emit(R"(["how"])", milliseconds{1}, [&](auto args) { heard.push_back(args ? args->dump() : "none"); });
  while (heard.empty() && c.io.run_one() > 0) {
  }
  EXPECT_EQ(heard, (std::vector<std::string>{"none"}));
}

namespace {

/// An application that throws on every event.
struct breaking final : application {
  void on_connect(std::shared_ptr<peer> s, nlohmann::json) override { s->accept(); }
  void on_event(peer&, event) override { throw std::out_of_range{"x"}; }
  void on_disconnect(peer&, std::string_view) override { ++left; }
  int left = 0;
};

struct keeper final : session_keeper {
  void on_joined(const engine_session& s) override { joined.push_back(s.id()); }
  void on_end(const engine_session& s, close_reason) override { ended.push_back(s.id()); }
  std::vector<std::string> joined, ended;
};

} // namespace

TEST(engine_session, alone_ends_when_what_it_brought_breaks_something) {
  boost::asio::io_context io;
  engine_loop loop{io.get_executor()};
  engine_settings settings;
  breaking app;
  const client_settings clients{milliseconds{45'000}, {{"/", &app}}};
  keeper all;
  const auto open = [&](std::string sid) {
    auto s = std::make_shared<engine_session>(loop, settings, std::move(sid), &all);
    s->listen(std::make_unique<client>(*s, clients));
    s->open_polling();
    EXPECT_TRUE(s->take_payload("40"));
    return s;
  };
  const auto one = open("one"), other = open("other");
  EXPECT_FALSE(one->take_payload(R"(42["x"])"));
  io.poll();
  EXPECT_FALSE(one->is_open());
  EXPECT_TRUE(other->is_open());
  EXPECT_EQ(app.left, 1);
  EXPECT_EQ(all.joined, (std::vector<std::string>{"one", "other"}));
  EXPECT_EQ(all.ended, (std::vector<std::string>{"one"}));
  other->close(close_reason::forced_close);
  io.poll();
}

TEST(client, that_was_never_let_in_gets_no_more_time_by_trying) {
  struct : application {
    void on_connect(std::shared_ptr<peer> s, nlohmann::json) override { s->refuse("no"); }
    void on_event(peer&, event) override {}
    void on_disconnect(peer&, std::string_view) override {}
  } nobody;
  boost::asio::io_context io;
  engine_loop loop{io.get_executor()};
  engine_settings settings;
  const client_settings clients{milliseconds{100}, {{"/", &nobody}}};
  const auto begin = std::chrono::steady_clock::now();
  const auto session = std::make_shared<engine_session>(loop, settings, "sid", nullptr);
  session->listen(std::make_unique<client>(*session, clients));
  session->open_polling();
  while (session->is_open() && std::chrono::steady_clock::now() - begin < std::chrono::seconds{10}) {
    (void)session->take_payload("40");
    io.run_for(milliseconds{20});
  }
  EXPECT_FALSE(session->is_open()) << "it was open for 10 s";
}
