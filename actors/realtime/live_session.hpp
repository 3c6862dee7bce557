#pragma once

#include "actors/realtime/protocol.hpp"
#include "net/http/rate_limit.hpp"

#include <caf/actor_system.hpp>

#include <mutex>
#include <unordered_map>

namespace ainft::realtime {

struct session_limits {
  size_t sockets = 20;            ///< per session
  size_t rooms = 200;             ///< per socket
  http::budget subscribes;        ///< per session
  std::chrono::seconds grace{30}; ///< after a token expires, for its socket to send a new one
};

/// The live sessions of this node, by session id. Each is an actor that knows the session's sockets, their rooms and
/// limits, and the expiry of their tokens. It starts with the first socket and ends with the last one. Safe from any
/// thread.
class live_sessions {
public:
  live_sessions(caf::actor_system& system, const runtime::clock& time, session_limits limits)
    : system_{system}, time_{time}, limits_{limits} {}

  /// The session's actor; starts it if necessary. An actor that is just ending does not answer a request. Then call
  /// this again.
  [[nodiscard]] caf::actor of(const runtime::uuid& session);

  /// Ends the session's sockets on this node. Returns false if it has none.
  bool end(const runtime::uuid& session, session_notice why);

  /// Ends all actors, when the node stops.
  void stop();

  [[nodiscard]] size_t count() const;

private:
  friend class live_session;
  void forget(const runtime::uuid& session, const caf::actor_addr& who);

  caf::actor_system& system_;
  const runtime::clock& time_;
  session_limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<runtime::uuid, caf::actor> actors_;
};

} // namespace ainft::realtime
