#include "tests/support/rpc_fake.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <atomic>
#include <thread>

namespace ainft::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;

struct rpc_fake::impl {
  explicit impl(script s) : what{std::move(s)}, thread{[this] { serve(); }} {}

  ~impl() {
    ending = true;
    tcp::socket waker{io};
    boost::system::error_code ec;
    waker.connect(acceptor.local_endpoint(), ec);
    thread.join();
  }

  void serve() {
    while (!ending) {
      boost::system::error_code ec;
      tcp::socket peer{io};
      acceptor.accept(peer, ec);
      while (!ec && !ending)
        answer_one(peer, ec);
    }
  }

  void answer_one(tcp::socket& peer, boost::system::error_code& ec) {
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(peer, buffer, request, ec);
    if (ec)
      return;
    const auto with = what(request.body());
    if (with.hang_up) {
      peer.close(ec);
      ec = asio::error::eof;
      return;
    }
    http::response<http::string_body> response;
    response.result(static_cast<unsigned>(with.status));
    response.keep_alive(false);
    response.body() = with.body;
    response.prepare_payload();
    http::write(peer, response, ec);
    if (!ec)
      ec = asio::error::eof; // one request per connection, so that the client may open several
  }

  script what;
  std::atomic<bool> ending{false};
  asio::io_context io;
  tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
  std::thread thread;
};

rpc_fake::rpc_fake(script s) : impl_{std::make_unique<impl>(std::move(s))} {}
rpc_fake::~rpc_fake() = default;

std::string rpc_fake::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->acceptor.local_endpoint().port());
}

const std::vector<std::string>& rpc_garbage() {
  const auto key = std::string(32, '1');
  static const std::vector<std::string> all{
    "",
    " ",
    "null",
    "true",
    "0",
    "\"ok\"",
    "[]",
    "{}",
    "[{}]",
    "<html>502 Bad Gateway</html>",
    "{\"error\"",
    "\xFF\xFE",
    std::string(3, '\0'),
    R"({"error":"rate limited"})",
    R"({"error":null})",
    R"({"error":[]})",
    R"({"error":{}})",
    R"({"error":5})",
    R"({"error":true})",
    R"({"error":{"message":null}})",
    R"({"error":{"message":5}})",
    R"({"error":{"message":{"a":1}}})",
    R"({"error":{"code":"x","message":"y"}})",
    R"({"error":{"code":1e999,"message":"y"}})",
    R"({"error":{"code":-32005,"message":"behind"}})",
    R"({"error":{"message":"\ud800"}})",
    R"({"jsonrpc":"1.0","id":1,"result":null})",
    R"({"jsonrpc":"2.0","id":2,"result":"ok"})",
    R"({"jsonrpc":"2.0","id":"1","result":"ok"})",
    R"({"id":1,"result":null})",
    R"({"id":1,"result":[]})",
    R"({"id":1,"result":{}})",
    R"({"id":1,"result":"x"})",
    R"({"id":1,"result":-1})",
    R"({"id":1,"result":1.5})",
    R"({"id":1,"result":1e400})",
    R"({"id":1,"result":18446744073709551616})",
    R"({"id":1,"result":{"value":null}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":-5}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":"5"}})",
    R"({"id":1,"result":{"context":null,"value":[]}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":[1]}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":[{"slot":null}]}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":[{"slot":1,"err":null,"confirmationStatus":7}]}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":{"err":{"a":[]},"logs":[1,null,{}]}}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":{"err":5,"logs":"error"}}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":{"blockhash":"0OIl","lastValidBlockHeight":1}}})",
    R"({"id":1,"result":{"context":{"slot":1},"value":{"blockhash":")" + key + R"(","lastValidBlockHeight":-1}}})",
    R"({"id":1,"result":{"absoluteSlot":"1","blockHeight":2}})",
    R"({"id":1,"result":{"absoluteSlot":1,"blockHeight":18446744073709551615}})",
    R"({"id":1,"result":{"meta":null}})",
    R"({"id":1,"result":{"meta":{"err":null,"fee":5000,"preBalances":[],"postBalances":[]}}})",
    R"({"id":1,"id":1,"result":"ok"})",
    R"({"id":1,"result":)" + std::string(500, '[') + std::string(500, ']') + "}",
    std::string(200'000, '['),
    R"({"id":1,"result":")" + std::string(500'000, '1') + "\"}"};
  return all;
}

} // namespace ainft::testing
