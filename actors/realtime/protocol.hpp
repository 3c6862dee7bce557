#pragma once

#include "runtime/messages.hpp"

#include <functional>

/// What is said to a live session and to the writer of the clients' rows: the actor of one signed-in session that has
/// sockets on this node. All of it stays on the node.
namespace ainft::realtime {

/// What a session tells a socket of its own.
enum class session_notice : uint8_t {
  token_expiring, ///< soon; a new one keeps the socket
  token_expired,  ///< until there is a new one, nothing is asked for
  token_gone,     ///< no new one came: the socket ends
  revoked,        ///< the session has ended, and with it the socket
  replaced,       ///< its client has come back on another connection
  kicked,         ///< an operator ends it
};

/// Adds a socket. `tell` may be called from any thread. Answered with caf::unit_t, or errc::rate_limited where the session has too
/// many, errc::token_invalid where it has ended.
struct attach_socket {
  std::string socket;
  std::string pid; ///< under which its client is known when it comes back; a socket with the same one is replaced
  runtime::time_point token_expires;
  std::function<void(session_notice)> tell;
};

/// It has ended. Not answered.
struct detach_socket {
  std::string socket;
};

/// A socket wants to enter a room. Answered with caf::unit_t, or errc::rate_limited: too often, or too many.
struct enter_room {
  std::string socket;
  std::string room;
};

/// It has left it, or was not let in. Not answered.
struct leave_room {
  std::string socket;
  std::string room;
};

/// A socket has shown a token that lasts until then. Not answered.
struct renew_token {
  std::string socket;
  runtime::time_point expires;
};

/// The session has ended, or an operator ends its sockets. Not answered.
struct end_sockets {
  session_notice why;
};

/// What a client's row is to be: see client_store. Not answered; `then` is called after the commit.
struct put_client {
  std::string pid;
  runtime::uuid user;
  std::string subscriptions;
  std::function<void(runtime::result<caf::unit_t>)> then;
};

/// A client's connection is gone: its row stays, for a while.
struct release_client {
  std::string pid;
};

/// A client has left by itself.
struct erase_client {
  std::string pid;
};

} // namespace ainft::realtime

CAF_BEGIN_TYPE_ID_BLOCK(ainft_realtime, caf::first_custom_type_id + 100)
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::attach_socket))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::detach_socket))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::enter_room))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::leave_room))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::renew_token))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::end_sockets))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::put_client))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::release_client))
  CAF_ADD_TYPE_ID(ainft_realtime, (ainft::realtime::erase_client))
CAF_END_TYPE_ID_BLOCK(ainft_realtime)

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::attach_socket)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::detach_socket)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::enter_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::leave_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::renew_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::end_sockets)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::put_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::release_client)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::realtime::erase_client)
