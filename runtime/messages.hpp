#pragma once

#include "runtime/codec/binary.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/errors.hpp"
#include "runtime/values.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ainft::runtime {

/// On whose behalf a command is given. A nil user is the platform itself (followers, deadlines).
struct principal {
  uuid user;
  uuid session;
  std::string wallet; ///< base58, empty for the platform

  [[nodiscard]] bool is_platform() const noexcept { return user.is_nil(); }
};
AINFT_DESCRIBE(principal, user, session, wallet)

/// The idempotency record to write in the same transaction as the command's events. What is answered again later is
/// `before` + the entity's answer + `after`, so that a route may set the answer into a larger body.
struct idempotency_record {
  uuid user;
  std::string key;
  uint16_t status = 200;
  std::string before;
  std::string after;
};
AINFT_DESCRIBE(idempotency_record, user, key, status, before, after)

/// What comes with every command.
struct command_context {
  principal who;
  std::string request_id;
  std::optional<idempotency_record> idempotency;
  std::optional<uint64_t> expected_version; ///< from If-Match
  bool of_new_id = false; ///< the entity's id was made for this very command, so that nothing can be there of it
  std::optional<time_point> deadline; ///< by the cluster's clock; from then on it is refused with errc::unavailable and changes nothing
};
AINFT_DESCRIBE(command_context, who, request_id, idempotency, expected_version, of_new_id, deadline)

/// What an entity answers: its version, and JSON.
struct answer {
  uint64_t version = 0;
  std::string body;
};
AINFT_DESCRIBE(answer, version, body)

/// Asks an entity for its view, on behalf of `who`.
struct get_view {
  principal who;
};
AINFT_DESCRIBE(get_view, who)

/// Asks an entity to look whether its deadline has come.
struct wake {};
AINFT_DESCRIBE(wake)

/// Asks an entity to write nothing more and leave memory; used when a node stops.
struct passivate {};
AINFT_DESCRIBE(passivate)

/// Asks an entity to look whether it has been idle for long enough to leave memory.
struct check_idle {};
AINFT_DESCRIBE(check_idle)

/// Asks an entity what it is and does, for operators.
struct inspect_entity {};
AINFT_DESCRIBE(inspect_entity)

/// An event as the journal holds it. `audience` is whom it concerns besides its entity: ids of users and of other entities.
struct committed_event {
  uuid entity;
  uint64_t sequence = 0;
  std::string type;
  uint16_t version = 1;
  std::string payload;
  time_point at;
  std::vector<uuid> audience;
};
AINFT_DESCRIBE(committed_event, entity, sequence, type, version, payload, at, audience)

/// Tells a follower that the journal has grown.
struct journal_advanced {};
AINFT_DESCRIBE(journal_advanced)

/// Work that another thread's callback hands back to an actor, to be run among its messages.
struct continuation {
  std::function<void()> run;
};

/// Asks a follower how it is; answered with a follower_status.
struct ask_follower {};
AINFT_DESCRIBE(ask_follower)

/// Has a follower pass over the event at which it fails, as an operator says who answers for it. Answered with whether there was one.
struct skip_event {};
AINFT_DESCRIBE(skip_event)

struct follower_status;
struct rewind_follower;
struct append;
struct load;
struct loaded;
struct read_job;
struct journal_cursor;
struct read_journal;
struct journal_slice;
struct load_cursor;
struct store_cursor;

} // namespace ainft::runtime

CAF_BEGIN_TYPE_ID_BLOCK(ainft_runtime, caf::first_custom_type_id)
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::errc))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::field_error))
  CAF_ADD_TYPE_ID(ainft_runtime, (std::vector<ainft::runtime::field_error>))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::uuid))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::principal))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::command_context))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::answer))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::get_view))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::wake))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::passivate))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::inspect_entity))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::committed_event))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::journal_advanced))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::continuation))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::append))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::load))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::loaded))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::read_job))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::journal_cursor))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::read_journal))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::journal_slice))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::load_cursor))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::store_cursor))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::check_idle))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::ask_follower))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::skip_event))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::follower_status))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::rewind_follower))
CAF_END_TYPE_ID_BLOCK(ainft_runtime)

CAF_ERROR_CODE_ENUM(ainft::runtime::errc)

// What passes between an entity and the journal never leaves its node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::continuation)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::follower_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::rewind_follower)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::append)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::load)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::read_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::journal_cursor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::read_journal)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::journal_slice)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::load_cursor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::store_cursor)

namespace ainft::runtime {

/// Where each capability's block of message types begins; a block has room for 50.
constexpr uint16_t capability_type_ids(uint16_t index) {
  return static_cast<uint16_t>(caf::first_custom_type_id + 100 + 50 * index);
}

} // namespace ainft::runtime
