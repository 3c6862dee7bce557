#pragma once

#include "net/http/stream_body.hpp"

#include <atomic>

namespace ainft::http {

/// Sends events as chunks of a response (RFC 9112, section 7.1), with `patience` for each.
class chunked_sink final : public event_sink {
public:
  chunked_sink(tcp_stream& s, std::chrono::milliseconds patience, const std::atomic<bool>& draining)
    : stream_{s}, patience_{patience}, draining_{draining} {}

  asio::awaitable<bool> send(std::string text) override;

  /// Sends the last chunk.
  asio::awaitable<void> end();

private:
  tcp_stream& stream_;
  std::chrono::milliseconds patience_;
  const std::atomic<bool>& draining_; ///< whether the server is stopping
};

} // namespace ainft::http
