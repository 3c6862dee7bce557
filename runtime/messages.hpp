#pragma once

#include "runtime/codec/binary.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/command_box.hpp"
#include "runtime/errors.hpp"
#include "runtime/values.hpp"

#include <caf/actor.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/message.hpp>
#include <caf/type_id.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ainft::runtime {

/// Who gives a command. A nil user is the platform itself (followers, deadlines).
struct principal {
  uuid user;
  uuid session;
  std::string wallet; ///< base58; empty for the platform

  [[nodiscard]] bool is_platform() const noexcept { return user.is_nil(); }
};
AINFT_DESCRIBE(principal, user, session, wallet)

/// The idempotency record that is written in the same transaction as the command's events. The stored answer is
/// `before` + the entity's answer + `after`, so that a route can embed the entity's answer in a larger body.
struct idempotency_record {
  uuid user;
  std::string key;
  uint16_t status = 200;
  std::string before;
  std::string after;
  /// Id of the reservation, to tell it from others of the same key; absent from nodes of an older version.
  std::optional<uuid> reserved;
};
AINFT_DESCRIBE(idempotency_record, user, key, status, before, after, reserved)

/// The context of every command.
struct command_context {
  principal who;
  std::string request_id;
  std::optional<idempotency_record> idempotency;
  std::optional<uint64_t> expected_version; ///< from If-Match
  bool of_new_id = false; ///< the caller created the entity's id for this command, so that the entity cannot exist yet
  /// By the cluster's clock; from then on, the entity refuses the command with errc::unavailable and changes nothing.
  std::optional<time_point> deadline;
};
AINFT_DESCRIBE(command_context, who, request_id, idempotency, expected_version, of_new_id, deadline)

/// The answer of an entity: its version and JSON.
struct answer {
  uint64_t version = 0;
  std::string body;
};
AINFT_DESCRIBE(answer, version, body)

/// Asks an entity for its view on behalf of `who`.
struct get_view {
  principal who;
};
AINFT_DESCRIBE(get_view, who)

/// Asks an entity to check whether its deadline has passed.
struct wake {};
AINFT_DESCRIBE(wake)

/// Asks an entity to finish its appends in flight and leave memory. A node sends it when it stops or when another node
/// owns the entity.
struct passivate {};
AINFT_DESCRIBE(passivate)

/// Asks an entity to check whether it has been idle for long enough to leave memory.
struct check_idle {};
AINFT_DESCRIBE(check_idle)

/// Asks an entity for its status, for operators.
struct inspect_entity {};
AINFT_DESCRIBE(inspect_entity)

/// An event in the journal. `audience` lists whom it concerns besides its entity: ids of users and of other entities.
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

/// Work that a callback in another thread hands back to an actor. The actor runs it as one of its messages.
struct continuation {
  std::function<void()> run;
};

/// Asks a follower for its follower_status.
struct ask_follower {};
AINFT_DESCRIBE(ask_follower)

/// Makes a follower skip the oldest event at which it fails, on an operator's responsibility, if it is an event of this
/// entity. The follower answers with its follower_status: `failing` names the skipped event, and is empty if none was
/// skipped.
struct skip_event {
  uuid entity;
};
AINFT_DESCRIBE(skip_event, entity)

/// A command as a message for an entity.
template <class Command>
[[nodiscard]] caf::message command_message(command_context context, Command c) {
  return caf::make_message(std::move(context), command_box::of(std::move(c)));
}

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
struct begin_tail;
struct follow_tail;

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
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::command_box))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::begin_tail))
  CAF_ADD_TYPE_ID(ainft_runtime, (ainft::runtime::follow_tail))
CAF_END_TYPE_ID_BLOCK(ainft_runtime)

CAF_ERROR_CODE_ENUM(ainft::runtime::errc)

// These types never leave their node.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::command_box)
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
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::begin_tail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ainft::runtime::follow_tail)
