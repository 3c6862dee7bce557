#pragma once

#include "runtime/messages.hpp"

#include <functional>

/// Messages to a live session, which is the actor of one signed-in session with sockets on this node, and to the actor
/// that writes the clients' rows. They never leave the node.
namespace ainft::realtime {

/// A message from a session to one of its sockets.
enum class session_notice : uint8_t {
  token_expiring, ///< the token expires soon; a new one keeps the socket
  token_expired,  ///< the socket cannot subscribe or run commands until it has a new token
  token_gone,     ///< no new token came, so the socket ends
  revoked,        ///< the session was revoked, so the socket ends
  replaced,       ///< the client has come back on another connection
  kicked,         ///< an operator ends the socket
};

/// Adds a socket. `tell` must be safe from any thread. Response: caf::unit_t, or errc::rate_limited if the session has
/// too many sockets.
struct attach_socket {
  std::string socket;
  std::string pid; ///< identifies the client when it comes back; a new socket replaces the one with the same pid
  runtime::time_point token_expires;
  std::function<void(session_notice)> tell;
};

/// The socket has ended. No response.
struct detach_socket {
  std::string socket;
};

/// A socket is about to subscribe to a room. Response: caf::unit_t, errc::rate_limited if it subscribes too often or is
/// in too many rooms, or errc::conflict if the socket has ended.
struct enter_room {
  std::string socket;
  std::string room;
};

/// The socket has left the room, or could not subscribe to it. No response.
struct leave_room {
  std::string socket;
  std::string room;
};

/// The socket has sent a new token, which is valid until `expires`. No response.
struct renew_token {
  std::string socket;
  runtime::time_point expires;
};

/// The session was revoked, or an operator ends its sockets. No response.
struct end_sockets {
  session_notice why;
};

/// Writes a client's row: see client_store. No response; calls `then` after the commit or the failure.
struct put_client {
  std::string pid;
  runtime::uuid user;
  std::string subscriptions;
  std::function<void(runtime::result<caf::unit_t>)> then;
};

/// The client has disconnected. Its row stays for the replay window.
struct release_client {
  std::string pid;
};

/// The client has left on purpose. Deletes its row.
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
