#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/json_writer.hpp"

/// What the server and its clients send over a socket, besides the events of the journal. The catalog describes all of
/// it from here.
namespace ainft::realtime {

/// `auth` of CONNECT.
struct connect_auth {
  std::string token;
  std::optional<std::string> pid;
  std::optional<std::string> offset;
};
AINFT_DESCRIBE(connect_auth, (token, about("An access token. In `/admin`, that of an operator.")),
               (pid, about("Set by Socket.IO's client when it comes back: the client's private id.")),
               (offset, about("Set by Socket.IO's client when it comes back: the `position` of its last event.")))
AINFT_ABOUT(connect_auth, "Who joins a namespace.")

// -- from clients, acknowledged ---------------------------------------------------------------------------------------

struct subscribe_request {
  std::string room;
  std::optional<runtime::raw_json> since;
};
AINFT_DESCRIBE(subscribe_request, (room, about("The room, for example `listing:lst_…` or `market`.")),
               (since, about("The `position` of the last event that the client has: the server sends what it missed. "
                             "Of `listing`, `studio` and `nft` also the version that it has, a number.")))
AINFT_ABOUT(subscribe_request, "Enters a room.")

struct subscribed {
  uint16_t status = 200;
  std::string room;
  std::string offset;
  std::optional<uint64_t> version;
  std::optional<uint64_t> viewers;
  std::optional<uint64_t> missed;
  std::optional<runtime::raw_json> snapshot;
};
AINFT_DESCRIBE(subscribed, (status, about("200.")), (room, about("The room.")),
               (offset, about("The position up to which the client has all events of the room.")),
               (version, about("The version of the room's entity.")),
               (viewers, about("The number of sockets and streams in the room; of a `listing`.")),
               (missed, about("The number of missed events, which were sent before. Absent if there is a snapshot.")),
               (snapshot, about("The content of the room at `offset`. Absent if the missed events were sent instead.")))
AINFT_ABOUT(subscribed, "The client is in the room.")

struct unsubscribe_request {
  std::string room;
};
AINFT_DESCRIBE(unsubscribe_request, (room, about("The room.")))
AINFT_ABOUT(unsubscribe_request, "Leaves a room.")

struct unsubscribed {
  uint16_t status = 200;
  std::string room;
};
AINFT_DESCRIBE(unsubscribed, (status, about("200.")), (room, about("The room.")))
AINFT_ABOUT(unsubscribed, "The client is not in the room.")

struct authenticate_request {
  std::string token;
};
AINFT_DESCRIBE(authenticate_request, (token, about("A new access token of the same session.")))
AINFT_ABOUT(authenticate_request, "Renews the token of the socket.")

struct authenticated {
  uint16_t status = 200;
  runtime::time_point expires_at;
};
AINFT_DESCRIBE(authenticated, (status, about("200.")), (expires_at, about("Until when the token is valid.")))
AINFT_ABOUT(authenticated, "The socket has the new token.")

struct command_request {
  std::string method;
  std::string path;
  std::optional<runtime::raw_json> body;
  std::optional<std::string> idempotency_key;
  std::optional<uint64_t> if_match;
};
AINFT_DESCRIBE(command_request, (method, about("The HTTP method in uppercase, for example `POST`.")),
               (path, about("The path of an operation of `/openapi.json` with JSON content, with its query.")),
               (body, about("The body of the request.")), (idempotency_key, about("As the header `Idempotency-Key`.")),
               (if_match, about("The version that `If-Match` would take, as a number.")))
AINFT_ABOUT(command_request, "Calls an operation of the API.")

struct command_response {
  uint16_t status = 200;
  std::optional<uint64_t> version;
  std::optional<bool> replayed;
  std::optional<runtime::raw_json> body;
};
AINFT_DESCRIBE(command_response, (status, about("The status of the response, as over HTTP.")),
               (version, about("The version of the entity after it, as `ETag` over HTTP.")),
               (replayed, about("`true`: the response to an earlier request with this idempotency key.")),
               (body, about("The body of the response; a problem document if the operation refuses.")))
AINFT_ABOUT(command_response, "The response of an operation.")

struct kick_request {
  session_id session;
};
AINFT_DESCRIBE(kick_request, (session, about("The session whose sockets on this node end.")))
AINFT_ABOUT(kick_request, "Ends the sockets of a session.")

struct kicked {
  uint16_t status = 200;
};
AINFT_DESCRIBE(kicked, (status, about("200.")))
AINFT_ABOUT(kicked, "The sockets end.")

/// Without members.
struct stats_request {};
AINFT_DESCRIBE(stats_request)
AINFT_ABOUT(stats_request, "Asks for the numbers of the node.")

struct socket_stats {
  uint64_t sessions = 0;
  uint64_t memberships = 0;
  uint64_t entities = 0;
  std::string position;
};
AINFT_DESCRIBE(socket_stats, (sessions, about("Sessions with sockets.")), (memberships, about("Subscriptions.")),
               (entities, about("Entities in memory.")), (position, about("Of the node's last event.")))
AINFT_ABOUT(socket_stats, "Numbers of one node.")

struct stats_response {
  uint16_t status = 200;
  socket_stats body;
};
AINFT_DESCRIBE(stats_response, (status, about("200.")), (body, about("The numbers.")))
AINFT_ABOUT(stats_response, "The numbers of the node.")

// -- from the server --------------------------------------------------------------------------------------------------

struct ready {
  bool recovered = false;
  uint64_t missed = 0;
  std::vector<std::string> rooms;
  session_id session;
  user_id user;
};
AINFT_DESCRIBE(ready, (recovered, about("The server knew the client, and has sent the events that it missed.")),
               (missed, about("The number of these events.")), (rooms, about("The rooms that the client is in.")),
               (session, about("The session of the token.")), (user, about("The user of the token.")))
AINFT_ABOUT(ready, "The first event of a socket. It carries a journal position, so that a client can resume even if it "
                   "gets no other event.")

struct viewers {
  std::string room;
  uint64_t count = 0;
};
AINFT_DESCRIBE(viewers, (room, about("A room of a listing.")),
               (count, about("Sockets and streams in it, on all nodes.")))
AINFT_ABOUT(viewers, "The number of viewers of a listing has changed. At most four times a second; without a position.")

struct token_expiring {};
AINFT_DESCRIBE(token_expiring)
AINFT_ABOUT(token_expiring, "The token expires soon: get a new one, and send `authenticate`.")

struct token_expired {
  uint64_t disconnects_in_seconds = 0;
};
AINFT_DESCRIBE(token_expired, (disconnects_in_seconds, about("When the socket ends if no new token comes.")))
AINFT_ABOUT(token_expired, "The token has expired. Events still arrive, but the server refuses requests with 401.")

AINFT_ENUM(session_end, token_expired, revoked, ended_by_operator)

struct session_ended {
  session_end reason = session_end::revoked;
};
AINFT_DESCRIBE(session_ended, (reason, about("`revoked`: the user signed out, or a refresh token was used twice.")))
AINFT_ABOUT(session_ended, "The socket ends. The client must sign in again.")

} // namespace ainft::realtime
