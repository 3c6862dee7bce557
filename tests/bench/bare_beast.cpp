// The baseline: a Beast server that gives the same body to every request. bare_beast PORT THREADS BODY_FILE
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

namespace {

class session : public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, const std::string& body) : stream_{std::move(socket)}, body_{body} {}

  void read() {
    request_ = {};
    http::async_read(stream_, buffer_, request_, [self = shared_from_this()](beast::error_code ec, size_t) {
      if (!ec)
        self->write();
    });
  }

  auto executor() { return stream_.get_executor(); }

private:
  void write() {
    response_ = {http::status::ok, 11};
    response_.set(http::field::content_type, "application/json");
    response_.keep_alive(true);
    response_.body() = body_;
    response_.prepare_payload();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code ec, size_t) {
      if (!ec)
        self->read();
    });
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  const std::string& body_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

class server {
public:
  server(uint16_t port, size_t threads, const std::string& body) : body_{body} {
    for (size_t i = 0; i < threads; ++i)
      loops_.push_back(std::make_unique<asio::io_context>(1));
    acceptor_.emplace(*loops_[0], tcp::endpoint{asio::ip::make_address("127.0.0.1"), port}, true);
    accept();
  }

  void run() {
    std::vector<std::thread> threads;
    threads.reserve(loops_.size());
    for (auto& loop : loops_)
      threads.emplace_back([&loop] {
        const auto work = asio::make_work_guard(*loop);
        loop->run();
      });
    for (auto& t : threads)
      t.join();
  }

private:
  void accept() {
    auto& loop = *loops_[next_++ % loops_.size()];
    acceptor_->async_accept(loop, [this](beast::error_code ec, tcp::socket socket) {
      if (!ec) {
        socket.set_option(tcp::no_delay{true});
        auto s = std::make_shared<session>(std::move(socket), body_);
        asio::post(s->executor(), [s] { s->read(); });
      }
      accept();
    });
  }

  const std::string& body_;
  std::vector<std::unique_ptr<asio::io_context>> loops_;
  std::optional<tcp::acceptor> acceptor_;
  size_t next_ = 0;
};

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "bare_beast PORT THREADS BODY_FILE\n";
    return 1;
  }
  std::ostringstream body;
  body << std::ifstream{argv[3]}.rdbuf();
  const auto text = body.str();
  server{static_cast<uint16_t>(std::stoi(argv[1])), static_cast<size_t>(std::stoi(argv[2])), text}.run();
}
