#pragma once

#include "persistence/session.hpp"

namespace ainft::persistence {

/// The result of an attempt to reserve an Idempotency-Key.
struct reservation {
  enum class outcome { reserved, answered, busy, other_request };
  outcome what = outcome::reserved;
  runtime::uuid id{};  ///< id for the object that the request creates; a retry gets the same id
  int32_t attempt = 0; ///< number of this reservation, from 0; a later one takes the key over
  int status = 0;      ///< HTTP status of the stored answer
  std::string body{};
  std::string body_hash{}; ///< SHA-256 of the request body if note_body() stored it; else empty
};

/// A key that a request has reserved. A takeover keeps the id and increments the attempt. Another request under the
/// same key, earlier or later, has another id.
struct reserved_key {
  runtime::uuid user;
  std::string key;
  runtime::uuid id;
  int32_t attempt = 0;
};

/// The result of storing the hash of a request's body.
enum class body_note {
  noted,      ///< it is the first body, or the same as before
  other_body, ///< the key belongs to another body
  answered,   ///< the key has an answer, or is no longer reserved
};

/// Reserves `key` of `user` for 12 seconds, for a request with this fingerprint (SHA-256). If the fingerprint is the
/// same, it takes over an expired reservation with its id, and at once a reservation of a dead node. `only_caller`
/// means that nobody else uses the key: then it takes over any reservation without an answer, because its caller is
/// gone. `holder` is this node in the cluster. Keys expire after one day.
[[nodiscard]] reservation reserve_key(session& db, const runtime::uuid& user, const std::string& key,
                                      std::string_view fingerprint, bool only_caller = false,
                                      const std::optional<runtime::uuid>& holder = {});

/// Stores the SHA-256 of the body that has arrived for a reserved key, and extends the reservation to 12 seconds from
/// now.
[[nodiscard]] body_note note_body(session& db, const reserved_key& k, std::string_view hash);

/// Stores the answer of a request whose entity did not store it. Returns false if the key has an answer or is gone.
bool complete_key(session& db, const reserved_key& k, int status, const std::string& body);

/// Frees the key of a request that was refused and changed nothing, so that it can be used again. Returns false and
/// does nothing if a later attempt has taken the key over.
bool free_key(session& db, const reserved_key& k);

/// Gives up a reservation with an unknown outcome. The next attempt takes it over with its id. Returns false and does
/// nothing if a later attempt has already taken it over.
bool let_go_of_key(session& db, const reserved_key& k);

} // namespace ainft::persistence
