#pragma once

#include "runtime/journal.hpp"

#include <chrono>

/// What a follower asks a journal reader about the keys that it has parked: keys whose first event keeps failing. The key's later
/// events wait behind the first one, in the journal's order, while all other keys go on.
namespace ainft::runtime {

/// An event in the journal, and the key whose effect it is.
struct parked_event {
  uuid key;
  uuid entity;
  uint64_t sequence = 0;
};

/// Parks keys and stores `events` behind what waits of their keys; answered with true after the commit. An event that is there
/// already stays where it is. `failed` is what the first event failed with; empty where all keys are parked already.
struct park_events {
  std::string follower;
  std::vector<parked_event> events; ///< in the journal's order
  std::string failed;
  uint32_t attempts = 0; ///< of the first event, so far
};

/// Asks for all keys that a follower has parked.
struct list_parked {
  std::string follower;
};

struct parked_keys {
  std::vector<uuid> keys;
};

/// Asks for parked keys whose next attempt is due, the longest due first, and their first events.
struct find_due_parked {
  std::string follower;
  size_t keys = 16;   ///< at most
  size_t events = 16; ///< of each key, at most
};

struct due_key {
  uuid key;
  std::vector<followed_event> events; ///< in order, at least one
};

struct due_parked {
  std::vector<due_key> all;
};

/// Says how an attempt at a parked key ended. Events that were handled are removed, and the key with the last of them. If one failed,
/// the next attempt comes after a pause that doubles with each attempt, from one second to `longest_pause`.
struct settle_parked {
  std::string follower;
  uuid key;
  std::vector<parked_event> handled;
  std::optional<parked_event> failing; ///< the event after the handled ones, if it failed
  std::string failed;                  ///< what it failed with
  std::chrono::milliseconds longest_pause{300'000};
};

/// What became of a parked key.
struct parked_key_left {
  bool was_parked = false;
  bool is_parked = false; ///< still
};

/// Makes a parked key's next attempt due now; answered with parked_key_left. A follower that is asked tries at once, and answers with
/// whether the key is parked.
struct release_parked {
  uuid key;
  std::string follower; ///< the follower fills it in
};

/// Drops a parked key's first event, which is never handled then; the next one becomes due now. Answered as release_parked.
struct skip_parked {
  uuid key;
  std::string follower; ///< the follower fills it in
};

} // namespace ainft::runtime

// After the cluster's block.
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

// They never leave their node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::park_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::list_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::parked_keys)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::find_due_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::due_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::settle_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::parked_key_left)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::release_parked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::skip_parked)
