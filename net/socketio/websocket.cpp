#include "net/socketio/websocket.hpp"

#include <boost/asio/steady_timer.hpp>
#include <netinet/tcp.h>

#include <array>

namespace ainft::socketio {

namespace {

/// The maximum number of frames per system call.
constexpr size_t most_buffers = 64;

/// Maximum unsent bytes that the kernel holds for one connection.
constexpr int most_unsent = 128 * 1024;

/// The time that a client has to answer a close frame.
constexpr std::chrono::seconds close_patience{2};

/// A read buffer above this size, in bytes, is released after its message.
constexpr size_t kept_buffer = 4096;

/// Whether Beast has refused the client's data and queued a close frame with the reason.
bool refused(error_code ec) {
  return ec == beast::websocket::error::message_too_big || ec == beast::websocket::condition::protocol_violation;
}

} // namespace

size_t queued_stream::push(std::string bytes) {
  const auto n = bytes.size();
  owner_.queue_.push(std::make_shared<const std::string>(std::move(bytes)));
  owner_.flush();
  return n;
}

void teardown(beast::role_type, queued_stream&, error_code& ec) {
  ec = {}; // Leaves the socket open: websocket::on_read ends it, and after a refused message sends the queue first.
}

void beast_close_socket(queued_stream& stream) {
  error_code ec;
  stream.socket().close(ec);
}

websocket::websocket(http::upgrade from, limits at_most)
  : limits_{at_most}, stream_{*this, std::move(from.socket), std::move(from.rest)},
    request_{std::make_unique<beast::http::request<beast::http::empty_body>>(std::move(from.request))} {}

void websocket::start(events to) {
  to_ = std::move(to);
  error_code ec;
  auto& socket = stream_.next_layer().socket();
  socket.non_blocking(true, ec);
  socket.set_option(asio::ip::tcp::no_delay{true}, ec);
  // Keeps unread data in our bounded queue instead of megabytes of kernel buffer (TCP_NOTSENT_LOWAT, tcp(7)).
  socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>{most_unsent}, ec);
  // Engine.IO's heartbeat replaces Beast's timeouts.
  stream_.set_option(beast::websocket::stream_base::timeout{beast::websocket::stream_base::none(),
                                                            beast::websocket::stream_base::none(), false});
  stream_.read_message_max(limits_.message);
  beast::websocket::permessage_deflate deflate;
  deflate.server_enable = limits_.compression;
  deflate.server_no_context_takeover = true; // with context takeover, each connection keeps its own window
  deflate.memLevel = 4;
  stream_.set_option(deflate);
  stream_.set_option(beast::websocket::stream_base::decorator([this](beast::websocket::response_type& answer) {
    if (answer.find(beast::http::field::sec_websocket_extensions) != answer.end())
      uncompressed_ = std::make_unique<std::vector<std::pair<bool, std::string>>>();
  }));
  stream_.async_accept(*request_, [self = shared_from_this()](error_code failed) {
    self->request_.reset();
    if (failed)
      return self->end();
    self->to_.on_open();
    self->read();
  });
}

void websocket::read() {
  stream_.async_read(incoming_, [self = shared_from_this()](error_code ec, size_t) { self->on_read(ec); });
}

void websocket::on_read(error_code ec) {
  if (refused(ec) && !ended_)
    return linger();
  if (ec || ended_)
    return end();
  const auto data = incoming_.data();
  to_.on_message({static_cast<const char*>(data.data()), data.size()}, stream_.got_binary());
  if (ended_)
    return;
  incoming_.consume(incoming_.size());
  if (incoming_.capacity() > kept_buffer)
    incoming_.shrink_to_fit();
  read();
}

void websocket::write(frames f) {
  if (ended_ || closing_)
    return;
  if (!uncompressed_)
    return queue_.push(std::move(f));
  for_each_frame(*f, [this](bool binary, std::string_view payload) {
    uncompressed_->emplace_back(binary, payload);
    uncompressed_bytes_ += payload.size();
  });
}

void websocket::compress_next() {
  if (!uncompressed_ || compressing_ || uncompressed_->empty() || ended_ || !stream_.is_open())
    return;
  compressing_ = true;
  auto message = std::make_shared<std::string>(std::move(uncompressed_->front().second));
  stream_.binary(uncompressed_->front().first);
  uncompressed_->erase(uncompressed_->begin());
  stream_.async_write(asio::buffer(*message), [self = shared_from_this(), message](error_code ec, size_t) {
    self->compressing_ = false;
    self->uncompressed_bytes_ -= message->size();
    if (!ec)
      self->compress_next();
  });
}

void websocket::flush() {
  compress_next();
  while (!queue_.empty() && !waiting_writable_ && !ended_) {
    std::array<asio::const_buffer, most_buffers> parts;
    size_t n = 0;
    for (auto it = queue_.begin(); it != queue_.end() && n < parts.size(); ++it, ++n)
      parts[n] = asio::buffer(**it);
    parts[0] += queue_.sent_of_first();
    error_code ec;
    const auto sent = stream_.next_layer().socket().write_some(std::span{parts.data(), n}, ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again)
      return wait_writable();
    if (ec)
      return abort();
    queue_.sent(sent);
  }
  if (closing_ && queue_.empty()) {
    error_code ec;
    stream_.next_layer().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
  }
}

void websocket::wait_writable() {
  waiting_writable_ = true;
  stream_.next_layer().socket().async_wait(asio::ip::tcp::socket::wait_write,
                                           [self = shared_from_this()](error_code ec) {
                                             self->waiting_writable_ = false;
                                             if (!ec)
                                               self->flush();
                                           });
}

void websocket::close(uint16_t code) {
  if (ended_ || closing_)
    return;
  queue_.push(std::make_shared<const std::string>(close_frame(code)));
  send_rest();
}

void websocket::linger() {
  if (!closing_)
    send_rest();
  discard();
}

void websocket::discard() {
  if (ended_)
    return;
  incoming_.clear();
  stream_.next_layer().async_read_some(
    incoming_.prepare(kept_buffer),
    [self = shared_from_this()](error_code ec, size_t) { ec ? self->end() : self->discard(); });
}

void websocket::send_rest() {
  closing_ = std::make_unique<asio::steady_timer>(stream_.get_executor(), close_patience);
  closing_->async_wait([weak = weak_from_this()](error_code ec) {
    if (const auto self = weak.lock(); self && !ec)
      self->abort();
  });
  flush();
}

void websocket::abort() {
  if (ended_)
    return;
  error_code ec;
  // Discards the unsent data: the client does not read it.
  stream_.next_layer().socket().set_option(asio::socket_base::linger{true, 0}, ec);
  stream_.next_layer().socket().close(ec);
  end();
}

void websocket::end() {
  if (std::exchange(ended_, true))
    return;
  error_code ec;
  queue_.clear();
  closing_.reset();
  stream_.next_layer().socket().close(ec);
  auto told = std::make_shared<events>(std::exchange(to_, {}));
  if (told->on_end)
    told->on_end();
  // One of these functions may be the caller, so they must outlive this call.
  asio::post(stream_.get_executor(), [told] {});
}

} // namespace ainft::socketio
