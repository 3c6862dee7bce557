#include "net/http/connection.hpp"

#include "net/http/chunked_sink.hpp"
#include "net/http/field_text.hpp"
#include "net/http/head.hpp"
#include "net/http/multipart.hpp"
#include "net/http/proxy_protocol.hpp"
#include "net/http/request_record.hpp"
#include "net/http/response_writer.hpp"
#include "net/http/take_body.hpp"
#include "net/http/trace_context.hpp"
#include "runtime/guard.hpp"
#include "runtime/log_context.hpp"
#include "runtime/try.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <spdlog/spdlog.h>
#include <sys/socket.h>

namespace ainft::http {

namespace {

using namespace runtime;
using beast::http::field;

/// Changes a counter for its own lifetime, also if an exception ends it. It counts requests that a drain waits for
/// (+1), and excludes requests without an end, for which a drain does not wait (-1).
class counted {
public:
  counted(std::atomic<size_t>& count, int by) : count_{count}, by_{static_cast<size_t>(by)} { count_ += by_; }
  ~counted() { count_ -= by_; }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;

private:
  std::atomic<size_t>& count_;
  const size_t by_;
};

/// Maximum bytes that a connection buffers beyond the head limit: pieces of a body, or further requests.
constexpr size_t most_read_ahead = 65'536;
/// After the answer, an unread body is read and discarded for at most this time and this many bytes.
constexpr std::chrono::milliseconds linger{2'000};
constexpr size_t most_lingered = 32 << 20;

class connection {
public:
  connection(shared_state& shared, asio::ip::tcp::socket socket)
    : shared_{shared}, stream_{std::move(socket)}, deadline_{stream_} {
    boost::system::error_code ec;
    stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ec);
    if (const auto peer = stream_.socket().remote_endpoint(ec); !ec)
      peer_ = canonical(peer.address());
  }

  /// Ends the connection if it waits for a request or sends an endless answer.
  void end_if_idle() {
    if (!idle_)
      return;
    stream_.cancel();
    if (events_ && events_->on_stop)
      events_->on_stop();
  }

  asio::awaitable<void> run() {
    const bool proxied = shared_.settings.proxies.proxy_protocol && shared_.settings.proxies.trusts(peer_);
    if (proxied && !co_await take_proxy_header())
      co_return;
    while (!shared_.draining && co_await first_byte()) {
      const bool more = co_await count_request();
      idle_ = true;
      if (!more)
        break;
    }
    boost::system::error_code ec;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    if (left_unread_ && !shared_.draining)
      co_await read_the_rest();
  }

private:
  /// A socket that is closed with unread bytes resets the connection, and the client may lose the answer (RFC 9112,
  /// section 9.6).
  asio::awaitable<void> read_the_rest() {
    std::vector<char> scrap(65'536);
    boost::system::error_code ec;
    deadline_.start(linger);
    for (size_t left = most_lingered; left > 0 && !ec;) {
      const auto n = co_await stream_.async_read_some(asio::buffer(scrap), no_throw(ec));
      left -= std::min(left, n);
    }
    deadline_.stop();
  }

  /// Reads the PROXY protocol header of a trusted proxy. Without a valid header, closes the connection without an
  /// answer, because the peer may speak another protocol.
  asio::awaitable<bool> take_proxy_header() {
    deadline_.start(shared_.settings.header_timeout);
    for (;;) {
      const auto bytes = buffer_.cdata();
      const auto header = read_proxy_header({static_cast<const char*>(bytes.data()), bytes.size()});
      if (!header) {
        spdlog::warn("the proxy {} opened a connection without a valid PROXY header: {}", peer_.to_string(),
                     explain(header.error()).detail);
        break;
      }
      if (*header) {
        buffer_.consume((*header)->length);
        peer_ = (*header)->source.value_or(peer_);
        co_return !deadline_.stop();
      }
      boost::system::error_code ec;
      const auto n =
        co_await stream_.async_read_some(buffer_.prepare(longest_proxy_header - buffer_.size()), no_throw(ec));
      buffer_.commit(n);
      if (ec)
        break;
    }
    deadline_.stop();
    co_return false;
  }

  /// Waits for the next request. Pipelined requests are already in the buffer.
  asio::awaitable<bool> first_byte() {
    if (buffer_.size() > 0)
      co_return true;
    boost::system::error_code ec;
    stream_.expires_after(shared_.settings.idle_timeout);
    const auto n = co_await stream_.async_read_some(buffer_.prepare(4096), no_throw(ec));
    buffer_.commit(n);
    co_return !ec;
  }

  asio::awaitable<bool> count_request() {
    const counted here{shared_.in_flight, 1};
    idle_ = false;
    co_return co_await one_request();
  }

  asio::awaitable<bool> one_request() {
    begin_ = std::chrono::steady_clock::now();
    beast::http::request_parser<beast::http::empty_body> head;
    head.header_limit(shared_.settings.header_limit);
    head.body_limit(boost::none);
    boost::system::error_code ec;
    deadline_.start(shared_.settings.header_timeout);
    auto refusal = co_await whole_head(ec);
    if (!refusal && !ec)
      co_await beast::http::async_read_header(stream_, buffer_, head, no_throw(ec));
    const bool late = deadline_.stop();
    call c;
    c.files = &shared_.files;
    c.peer = client_name(client_of(peer_, head.get(), shared_.settings.proxies));
    if (refusal || ec) {
      if (late)
        refusal = refuse(errc::request_timeout, "the header did not arrive in time");
      else if (!refusal)
        refusal = refuse_header(ec);
      if (refusal)
        co_await answer(c, head.get(), problem_reply(refusal, ""), true);
      co_return false;
    }
    auto* mounted = mount_of(head.get());
    if (mounted && beast::websocket::is_upgrade(head.get())) {
      buffer_.max_size(std::numeric_limits<size_t>::max());
      mounted->take_over({stream_.release_socket(), std::move(buffer_), head.release(), c.peer});
      co_return false;
    }
    const bool keep = head.keep_alive(); // evaluates all Connection fields
    beast::http::request_parser<beast::http::buffer_body> parser{std::move(head)};
    auto& request = parser.get();
    name_request(c, request);
    if (request.method() == verb::options && request.find(field::access_control_request_method) != request.end()) {
      reply preflight;
      preflight.status = 204;
      co_return co_await answer(c, request, std::move(preflight), !keep || !parser.is_done()) && keep;
    }
    result<reply> done{refuse(errc::internal, "")};
    if (mounted)
      done = co_await ask_mount(*mounted, c, parser);
    else
      done = co_await dispatch(c, parser);
    const bool drained = parser.is_done();
    left_unread_ = !drained;
    auto out = done ? std::move(*done) : problem_reply(done.error(), c.target);
    if (!done && out.status == 405) // RFC 9110, section 15.5.6
      out.headers.emplace_back("Allow", shared_.front.routes().methods_of(c.target));
    if (!done && out.status >= 500) {
      const log_context named{c.request_id, c.trace_id};
      spdlog::error("{} {} -> {} {}", std::string{view(request.method_string())}, std::string{c.target}, out.status,
                    out.body);
    }
    std::optional<file_body> file;
    if (out.file) {
      auto opened = co_await file_body::open(shared_.files, *out.file);
      if (opened)
        file = std::move(*opened);
      else
        out = problem_reply(opened.error(), c.target);
    }
    co_return co_await answer(c, request, std::move(out), !keep || !drained, file ? &*file : nullptr) && keep&& drained;
  }

  [[nodiscard]] std::string_view received() const {
    const auto bytes = buffer_.data();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// The client's address as text. Caches the text as long as the connection's requests come from the same client.
  const std::string& client_name(const ip_address& client) {
    if (client != client_ || client_name_.empty()) {
      client_ = client;
      client_name_ = client.to_string();
    }
    return client_name_;
  }

  /// Reads until the buffer holds a whole head. Refuses an invalid head as soon as it can be detected.
  asio::awaitable<caf::error> whole_head(boost::system::error_code& ec) {
    constexpr std::string_view empty_line = "\r\n\r\n";
    if (received().starts_with("\r\n")) // skips an empty line before the request (RFC 9112, section 2.2)
      buffer_.consume(2);
    for (size_t looked = 0;;) {
      const auto text = received();
      const auto end = text.find(empty_line, looked - std::min(looked, empty_line.size()));
      if (std::min(end, text.size()) > shared_.settings.header_limit)
        co_return refuse_header(beast::http::error::header_limit);
      if (end != text.npos)
        co_return check_head(text.substr(0, end + empty_line.size()));
      if (auto bad = check_head_bytes(text, looked - std::min<size_t>(looked, 1)))
        co_return bad;
      looked = text.size();
      const auto n = co_await stream_.async_read_some(buffer_.prepare(4096), no_throw(ec));
      buffer_.commit(n);
      if (ec)
        co_return caf::error{};
    }
  }

  static caf::error refuse_header(const boost::system::error_code& ec) {
    if (ec == beast::http::error::header_limit)
      return refuse(errc::headers_too_large, "the header exceeds the maximum size");
    if (ec == beast::http::error::end_of_stream || ec == beast::http::error::partial_message)
      return {};
    if (ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category())
      return refuse(errc::malformed_request, "this is not an HTTP request: " + ec.message());
    return {};
  }

  template <class Request>
  void name_request(call& c, const Request& request) {
    c.headers = &request;
    c.method = request.method();
    const auto id = view(request["X-Request-Id"]);
    const bool printable = std::all_of(id.begin(), id.end(), [](char x) { return x > 0x20 && x < 0x7F; });
    c.request_id = !id.empty() && id.size() <= 128 && printable ? std::string{id} : random_hex(8);
    c.trace_id = trace_id_of(view(request["traceparent"])).value_or(random_hex(16));
  }

  asio::awaitable<result<reply>> dispatch(call& c, beast::http::request_parser<beast::http::buffer_body>& parser) {
    auto& request = parser.get();
    if (auto bad = shared_.front.find_route(c, view(request.target())))
      co_return bad;
    AINFT_CO_TRY(authorization, one_field(request, "Authorization"));
    if (authorization && authorization->starts_with("Bearer "))
      if (auto bad = co_await shared_.front.identify(c, authorization->substr(7)))
        co_return bad;
    if (auto bad = shared_.front.admit(c))
      co_return bad;
    stream_body body{stream_, buffer_, parser, deadline_, shared_.settings.body_timeout};
    const bool streamed = c.at->body == body_kind::stream;
    const body_limits limits{streamed ? shared_.settings.upload_limit : shared_.settings.json_limit, streamed,
                             c.at->body == body_kind::json};
    if (auto bad = co_await take_body(c, stream_, parser, body, limits))
      co_return bad;
    std::optional<multipart_file> part;
    if (c.stream)
      if (const auto boundary = multipart_file::boundary_of(view(request[field::content_type])))
        c.stream = &part.emplace(*c.stream, *boundary);
    AINFT_CO_TRY(key, one_field(request, "Idempotency-Key"));
    std::optional<std::string> under;
    if (key)
      under.emplace(*key);
    co_return co_await shared_.front.run(c, std::move(under));
  }

  template <class Request>
  mount* mount_of(const Request& request) const {
    const auto target = view(request.target());
    const auto path = target.substr(0, target.find('?'));
    for (auto* m : shared_.mounts)
      if (m->serves(path))
        return m;
    return nullptr;
  }

  asio::awaitable<result<reply>> ask_mount(mount& to, call& c,
                                           beast::http::request_parser<beast::http::buffer_body>& parser) {
    const auto target = view(parser.get().target());
    c.target = target.substr(0, target.find('?'));
    stream_body body{stream_, buffer_, parser, deadline_, shared_.settings.body_timeout};
    const body_limits limits{to.body_limit(), false, false};
    if (auto bad = co_await take_body(c, stream_, parser, body, limits))
      co_return bad;
    stream_.expires_never();
    watch(c);
    idle_ = true;
    auto out = co_await without_end(to.answer(c, target));
    idle_ = false;
    boost::system::error_code ec;
    watching_.reset();
    stream_.socket().cancel(ec);
    co_return out;
  }

  /// A waiting poll does not delay a drain.
  asio::awaitable<reply> without_end(asio::awaitable<reply> answer) {
    const counted waits{shared_.in_flight, -1};
    co_return co_await std::move(answer);
  }

  /// Detects that the client of a slow answer disconnects. Stops watching when bytes of a next request arrive.
  void watch(call& c) {
    watching_ = std::make_shared<call*>(&c);
    stream_.socket().async_wait(
      asio::ip::tcp::socket::wait_read, [this, on = std::weak_ptr{watching_}](boost::system::error_code ec) {
        const auto alive = on.lock();
        if (ec || !alive)
          return;
        char next = 0;
        const auto n = ::recv(stream_.socket().native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
        if (n <= 0 && (*alive)->on_gone)
          (*alive)->on_gone();
      });
  }

  // -- answers -----------------------------------------------------------------------------------------------------

  template <class Request>
  asio::awaitable<bool> answer(call& c, const Request& request, reply out, bool close, file_body* file = nullptr) {
    auto response = begin_response(c, request, out, shared_.settings.cors_origins);
    response.keep_alive(!close && !shared_.draining);
    if (request.version() < 11 && response.keep_alive())
      response.set(field::connection, "keep-alive");
    record_request(shared_, c, view(request.method_string()), out, begin_);
    if (out.events)
      co_return co_await write_events(std::move(out), std::move(response));
    const bool head_only = request.method() == verb::head;
    if (file)
      co_return co_await writer_.write_file(std::move(response), *file, head_only);
    response.body() = std::move(out.body);
    co_return co_await writer_.write(std::move(response), head_only);
  }

  asio::awaitable<bool> write_events(reply out, text_response response) {
    response.chunked(true);
    response.keep_alive(false);
    idle_ = true; // an endless stream does not delay a drain
    const counted lasts{shared_.in_flight, -1};
    if (co_await writer_.write_head(std::move(response))) {
      chunked_sink sink{stream_, shared_.settings.write_timeout, shared_.draining};
      events_ = &sink;
      co_await out.events(sink);
      events_ = nullptr;
      co_await sink.end();
    }
    co_return false;
  }

  shared_state& shared_;
  tcp_stream stream_;
  deadline deadline_;
  response_writer writer_{stream_, shared_.settings.write_timeout};
  bool left_unread_ = false; ///< the last request's body has not been read to its end
  beast::flat_buffer buffer_{shared_.settings.header_limit + most_read_ahead};
  ip_address peer_;   ///< the peer, or the source address that a trusted proxy reports
  ip_address client_; ///< the client of the last request; client_name_ is its text
  std::string client_name_;
  std::chrono::steady_clock::time_point begin_;
  bool idle_ = true;
  std::shared_ptr<call*> watching_;
  event_sink* events_ = nullptr;
};

} // namespace

asio::awaitable<void> serve(shared_state& shared, asio::ip::tcp::socket socket,
                            std::shared_ptr<std::function<void()>> closer) {
  connection c{shared, std::move(socket)};
  *closer = [&c] { c.end_if_idle(); };
  try {
    co_await c.run();
  } catch (...) {
    report_exception("http_connection", std::current_exception());
  }
  *closer = nullptr;
}

} // namespace ainft::http
