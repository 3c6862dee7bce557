#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ainft::persistence {

struct free_redis_reply {
  void operator()(redisReply* r) const { freeReplyObject(r); }
};
using redis_reply = std::unique_ptr<redisReply, free_redis_reply>;

struct free_redis_context {
  void operator()(redisContext* c) const { redisFree(c); }
};
using redis_context = std::unique_ptr<redisContext, free_redis_context>;

/// Connects to Redis at host:port or at the path of a Unix socket. Blocks for at most `patience`; null if Redis does
/// not answer.
[[nodiscard]] redis_context connect_redis(const std::string& address, std::chrono::milliseconds patience);

/// One connection to Redis. It opens on first use, and again after it broke. It blocks for up to one second, so use it
/// in a thread of its own. After Redis has not answered for that time, it does not ask Redis for another second. Data
/// in Redis can be lost.
class redis_connection {
public:
  /// `address` is host:port, or the path of a Unix socket.
  explicit redis_connection(std::string address) : address_{std::move(address)} {}

  /// Runs a command. Null if Redis does not answer. An error is a reply of type REDIS_REPLY_ERROR with the error text.
  redis_reply run(const std::vector<std::string>& command);

  /// Runs commands in one round trip. Returns fewer replies than commands if Redis does not answer.
  std::vector<redis_reply> run_all(const std::vector<std::vector<std::string>>& commands);

private:
  bool connect();
  bool send(const std::vector<std::vector<std::string>>& commands);

  std::string address_;
  redis_context context_;
  std::chrono::steady_clock::time_point silent_until_; ///< no request before this time
};

} // namespace ainft::persistence
