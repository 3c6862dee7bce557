#pragma once

#include "runtime/values.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ainft::persistence {

/// Sends hints between nodes with Redis PUBLISH. They make things faster or are for display, and can be lost. After a
/// possible loss, it calls the `on_gap` of each topic, so that the topic can repeat its information. Safe from any
/// thread.
class broadcast {
public:
  using receiver = std::function<void(const runtime::uuid& from, std::string_view text)>;

  /// `database` separates platforms that share a Redis server. `self` is this node.
  broadcast(std::string redis_address, const std::string& database, const runtime::uuid& self);
  ~broadcast();
  broadcast(const broadcast&) = delete;
  broadcast& operator=(const broadcast&) = delete;

  /// Sets the receiver for messages of other nodes about `topic`, which is one word. Threads of this object call
  /// `on_text` and `on_gap`. They call `on_gap` when Redis becomes reachable and after each possible loss. Call
  /// subscribe() before begin().
  void subscribe(std::string topic, receiver on_text, std::function<void()> on_gap);

  void begin();

  /// Publishes to the other nodes. Drops a message that equals the last one in the queue. Sends at most one batch every
  /// 3 ms. If 1,000 messages already wait, the message is lost. Does nothing before begin() and after end().
  void publish(std::string_view topic, std::string_view text);

  /// Stops. No function is called after that.
  void end();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::persistence
