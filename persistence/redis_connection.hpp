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

/// Connects to Redis at host:port, or at the path of a socket. Blocks for `patience` at the most; nothing if it does not answer.
[[nodiscard]] redis_context connect_redis(const std::string& address, std::chrono::milliseconds patience);

/// One connection to Redis, opened when first needed and again after it broke. Blocking, for a second at most: used by who has a thread of
/// its own. A Redis that did not answer for so long is not asked for another second. What Redis holds may be lost.
class redis_connection {
public:
  /// `address` is host:port, or the path of a socket.
  explicit redis_connection(std::string address) : address_{std::move(address)} {}

  /// Runs a command. Nothing when Redis does not answer; an error's text is in a reply of type REDIS_REPLY_ERROR.
  redis_reply run(const std::vector<std::string>& command);

  /// Runs commands in one round trip. Fewer replies than commands when Redis does not answer.
  std::vector<redis_reply> run_all(const std::vector<std::vector<std::string>>& commands);

private:
  bool connect();
  bool send(const std::vector<std::vector<std::string>>& commands);

  std::string address_;
  redis_context context_;
  std::chrono::steady_clock::time_point silent_until_; ///< it is not asked again before
};

} // namespace ainft::persistence
