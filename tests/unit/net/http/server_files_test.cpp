// How the HTTP server handles files, broken requests and its port.
#include "net/http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace {

using namespace ainft;
using namespace ainft::http;
using std::chrono::milliseconds;
using clock_type = std::chrono::steady_clock;
namespace asio = boost::asio;

/// A folder that is deleted with its test.
struct temporary_folder {
  temporary_folder() { std::filesystem::create_directories(path); }
  ~temporary_folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path = std::filesystem::temp_directory_path() / ("ainft_server_" + runtime::uuid::make().str());
};

/// A server with one network thread.
struct served {
  explicit served(server_settings settings = {}) {
    routes.get("/fast", "Test", "Answers at once", open_to_all, [](call&) -> asio::awaitable<runtime::result<reply>> {
      reply out;
      out.body = "fast";
      co_return out;
    });
    routes.get("/file", "Test", "Answers with a file", open_to_all,
               [this](call&) -> asio::awaitable<runtime::result<reply>> {
                 reply out;
                 out.content_type = "application/octet-stream";
                 out.file = part;
                 co_return out;
               });
    settings.port = 0;
    settings.threads = 1;
    settings.file_threads = 2;
    settings.access_log = false;
    runs = std::make_unique<server>(system, std::move(settings), front);
    runs->start();
  }

  caf::actor_system_config config;
  caf::actor_system system{config};
  /// Any bearer token makes authentication throw.
  static server_hooks hooks() {
    server_hooks out;
    out.authenticate = [](std::string_view) -> asio::awaitable<runtime::result<runtime::principal>> {
      throw std::runtime_error{"broken"};
      co_return runtime::principal{};
    };
    out.within_rate = [](const call&) { return true; };
    return out;
  }

  route_table routes;
  dispatcher front{routes, hooks()};
  file_part part;
  std::unique_ptr<server> runs;
};

/// The connection of one client.
class visitor {
public:
  explicit visitor(const served& to) { socket_.connect({asio::ip::make_address("127.0.0.1"), to.runs->port()}); }

  void send(const std::string& text) { asio::write(socket_, asio::buffer(text)); }

  void get(const std::string& path, const std::string& more = {}) {
    send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more + "\r\n");
  }

  /// Returns everything that arrives until the server closes the connection or `patience` has passed.
  std::string all(milliseconds patience = milliseconds{5'000}) {
    std::string text;
    asio::async_read(socket_, asio::dynamic_buffer(text), [](boost::system::error_code, size_t) {});
    io_.restart();
    io_.run_for(patience);
    socket_.cancel();
    io_.restart();
    io_.run();
    return text;
  }

private:
  asio::io_context io_;
  asio::ip::tcp::socket socket_{io_};
};

std::string body_of(const std::string& answer) {
  const auto at = answer.find("\r\n\r\n");
  return at == answer.npos ? "no answer: " + answer : answer.substr(at + 4);
}

} // namespace

TEST(http_server, answers_others_while_a_disk_is_slow) {
  temporary_folder folder;
  served s;
  // A named pipe acts as a slow disk: open() and read() block until the test writes to it.
  const auto slow = folder.path / "slow";
  ASSERT_EQ(::mkfifo(slow.c_str(), 0600), 0);
  s.part = {slow, 0, 5};
  visitor waits{s}, others{s};
  waits.get("/file");
  EXPECT_EQ(waits.all(milliseconds{200}), "");
  others.get("/fast");
  EXPECT_EQ(body_of(others.all(milliseconds{2'000})), "fast");
  std::ofstream{slow} << "hello";
  EXPECT_EQ(body_of(waits.all()), "hello");
}

TEST(http_server, sends_a_file_s_part_in_pieces) {
  temporary_folder folder;
  served s;
  std::string content;
  for (int i = 0; content.size() < 1'000'000; ++i)
    content += std::to_string(i) + " ";
  std::ofstream{folder.path / "big", std::ios::binary} << content;
  s.part = {folder.path / "big", 0, content.size()};
  visitor whole{s};
  whole.get("/file");
  EXPECT_TRUE(body_of(whole.all()) == content);
  s.part = {folder.path / "big", 123'456, 300'000};
  visitor some{s};
  some.get("/file");
  EXPECT_TRUE(body_of(some.all()) == content.substr(123'456, 300'000));
}

TEST(http_server, says_so_where_a_file_cannot_be_read_and_ends_the_connection_where_it_is_too_short) {
  temporary_folder folder;
  served s;
  s.part = {folder.path / "nothing", 0, 5};
  visitor missing{s};
  missing.get("/file");
  EXPECT_TRUE(missing.all().starts_with("HTTP/1.1 503 "));
  std::ofstream{folder.path / "short"} << "abc";
  s.part = {folder.path / "short", 0, 5};
  visitor cut{s};
  cut.get("/file");
  EXPECT_EQ(body_of(cut.all()), "abc");
}

TEST(http_server, does_not_wait_at_its_end_for_a_request_that_broke) {
  served s;
  visitor breaks{s};
  breaks.get("/fast", "Authorization: Bearer x\r\n");
  (void)breaks.all();
  const auto begin = clock_type::now();
  s.runs->drain(std::chrono::seconds{10});
  EXPECT_LT(clock_type::now() - begin, std::chrono::seconds{5});
}

TEST(http_server, knows_its_port_before_it_serves) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  route_table routes;
  server_hooks hooks;
  const dispatcher front{routes, hooks};
  server_settings settings;
  settings.port = 0;
  server s{system, settings, front};
  s.bind();
  EXPECT_NE(s.port(), 0);
  const auto port = s.port();
  s.start();
  EXPECT_EQ(s.port(), port);
}
