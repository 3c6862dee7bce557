#pragma once

#include "actors/realtime/protocol.hpp"
#include "net/http/rate_limit.hpp"

#include <caf/actor_system.hpp>

#include <mutex>
#include <unordered_map>

namespace ainft::realtime {

struct session_limits {
  size_t sockets = 20;          ///< of one session
  size_t rooms = 200;           ///< of one socket
  http::budget subscribes;      ///< of one session
  std::chrono::seconds grace{30}; ///< after a token's end, for its socket to show another
};

/// The live sessions of this node, by the session's id. Each is an actor that knows the session's sockets, their rooms and limits,
/// and when their tokens end; it comes with the first socket and goes with the last. Safe from any thread.
class live_sessions {
public:
  live_sessions(caf::actor_system& system, const runtime::clock& time, session_limits limits)
    : system_{system}, time_{time}, limits_{limits} {}

  /// The session's actor, started if need be. One that is asked while it goes does not answer: ask for it again.
  [[nodiscard]] caf::actor of(const runtime::uuid& session);

  /// Tells a session's sockets to end, if it has any here; whether it had.
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
