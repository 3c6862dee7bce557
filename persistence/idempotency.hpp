#pragma once

#include "persistence/session.hpp"

namespace ainft::persistence {

/// What became of reserving an Idempotency-Key.
struct reservation {
  enum class outcome { reserved, answered, busy, other_request };
  outcome what = outcome::reserved;
  runtime::uuid id{};  ///< for what the request makes; the same when it is tried again
  int32_t attempt = 0; ///< of all that reserved the key, from 0; who comes later takes it over
  int status = 0;      ///< of the answer that was given
  std::string body{};
  std::string body_hash{}; ///< of the request, where note_body() was told; else empty
};

/// What became of noting a request's body.
enum class body_note {
  noted,      ///< it is the first one, or the same as before
  other_body, ///< the key is another body's
  answered,   ///< nobody waits for it any more
};

/// Reserves `key` of `user` for a request with this fingerprint (SHA-256), for 12 seconds; a reservation that ran out is taken
/// over with its id, and with `only_caller` (nobody else ever uses the key, so that who had reserved it is gone) any that has no answer yet. `holder` is
/// this node of the cluster: what a dead node had reserved is taken over at once. Keys are forgotten after a day.
[[nodiscard]] reservation reserve_key(session& db, const runtime::uuid& user, const std::string& key, std::string_view fingerprint, bool only_caller = false,
                                      const std::optional<runtime::uuid>& holder = {});

/// Notes the SHA-256 of the body that has come for a reserved key, and reserves it for another 12 seconds.
[[nodiscard]] body_note note_body(session& db, const runtime::uuid& user, const std::string& key, std::string_view hash);

/// Keeps the answer of a request whose entity did not.
bool complete_key(session& db, const runtime::uuid& user, const std::string& key, int status, const std::string& body);

/// The request was refused and changed nothing: the key may be used again. False, and nothing is done, where a later attempt has taken the key over.
bool free_key(session& db, const runtime::uuid& user, const std::string& key, int32_t attempt);

/// Nobody works on the request any more, and whether it was done is not known: the next try takes it over with its id. False, and nothing is
/// done, where a later attempt has taken the key over.
bool let_go_of_key(session& db, const runtime::uuid& user, const std::string& key, int32_t attempt);

} // namespace ainft::persistence
