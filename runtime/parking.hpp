#pragma once

#include "runtime/journal.hpp"

#include <chrono>

/// The requests of a follower to a journal reader about parked keys. A key is parked because its first event keeps
/// failing. Later events of the key wait behind the first one in journal order, while all other keys continue.
namespace ainft::runtime {

/// An event in the journal, and the key that its effect is for.
struct parked_event {
  uuid key;
  uuid entity;
  uint64_t sequence = 0;
};

/// Parks keys and stores `events` behind the events that already wait for them. The reader answers with true after the
/// commit. An event that is already stored keeps its place. `failed` is the error of the first event; it is empty if
/// all keys are already parked.
struct park_events {
  std::string follower;
  std::vector<parked_event> events; ///< in journal order
  std::string failed;
  uint32_t attempts = 0; ///< at the first event so far
};

/// Asks for all parked keys of a follower.
struct list_parked {
  std::string follower;
};

struct parked_keys {
  std::vector<uuid> keys;
};

/// Asks for the parked keys with a due attempt, the longest due first, and for their first events.
struct find_due_parked {
  std::string follower;
  size_t keys = 8;    ///< maximum; fewer than a follower's keys in progress, which must not all wait for these
  size_t events = 16; ///< maximum for each key
};

struct due_key {
  uuid key;
  std::vector<followed_event> events; ///< in order; at least one
};

struct due_parked {
  std::vector<due_key> all;
};

/// Reports the end of an attempt at a parked key. The reader removes the handled events, and removes the key with its
/// last event. If an event failed, the next attempt is due after 2^n seconds, at most `longest_pause`; n counts the
/// earlier failed attempts, those in place included. Progress, a release and a skip reset it.
struct settle_parked {
  std::string follower;
  uuid key;
  std::vector<parked_event> handled;
  std::optional<parked_event> failing; ///< the event after the handled ones, if it failed
  std::string failed;                  ///< its error
  std::chrono::milliseconds longest_pause{300'000};
};

/// The state of a parked key before and after a request.
struct parked_key_left {
  bool was_parked = false;
  bool is_parked = false; ///< afterwards
};

/// Makes the next attempt at a parked key due now. The reader answers with parked_key_left. A follower that gets this
/// message tries at once, and answers whether the key was parked.
struct release_parked {
  uuid key;
  std::string follower; ///< set by the follower
};

/// Drops the first event of a parked key, which is then never handled, and makes the next event due now. Answered as
/// release_parked is.
struct skip_parked {
  uuid key;
  std::string follower; ///< set by the follower
};

} // namespace ainft::runtime

// These ids follow the block of the cluster.
CAF_BEGIN_TYPE_ID_BLOCK(ainft_parking, caf::first_custom_type_id + 75)
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::park_events))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::list_parked))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::parked_keys))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::find_due_parked))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::due_parked))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::settle_parked))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::parked_key_left))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::release_parked))
  CAF_ADD_TYPE_ID(ainft_parking, (ainft::runtime::skip_parked))
CAF_END_TYPE_ID_BLOCK(ainft_parking)

// These types never leave their node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::park_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::list_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::parked_keys)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::find_due_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::due_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::settle_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::parked_key_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::release_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::skip_parked)
