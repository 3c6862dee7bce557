#pragma once

#include "runtime/values.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ainft::persistence {

/// What nodes tell each other over Redis' PUBLISH: what makes things earlier or is shown, and may be lost. After anything was lost, each topic's `on_gap` is called, so
/// that what it was about is told again. Safe from any thread.
class broadcast {
public:
  using receiver = std::function<void(const runtime::uuid& from, std::string_view text)>;

  /// `database` tells several platforms on one Redis apart; `self` is this node.
  broadcast(std::string redis_address, const std::string& database, const runtime::uuid& self);
  ~broadcast();
  broadcast(const broadcast&) = delete;
  broadcast& operator=(const broadcast&) = delete;

  /// What to do with what other nodes say about `topic`, a word. Called from threads of this object's, as is `on_gap`: once Redis is reached, and each time something
  /// may have been lost. Before begin().
  void hear(std::string topic, receiver on_text, std::function<void()> on_gap);

  void begin();

  /// Tells the other nodes. What is said twice in a row goes out once, where it was still waiting: a few hundred messages a second at the most are sent. Before begin()
  /// and after end() nothing is.
  void say(std::string_view topic, std::string_view text);

  /// Nobody is called any more.
  void end();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace ainft::persistence
