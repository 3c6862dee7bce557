#pragma once

#include "persistence/session.hpp"

#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// Starts a journal reader: an actor with a thread and a connection of its own that answers load, read_journal,
/// load_cursor, store_cursor and what runtime/parking.hpp has, and runs each read_job. A connection that broke is opened anew; what failed by it is
/// tried once more and then answered with errc::unavailable. `known` names all events that this program knows ("kind.type"): a read_journal with interests
/// is given those of other types, too, so that what a later version wrote is not passed over. With none of them it is not.
[[nodiscard]] caf::actor start_journal_reader(caf::actor_system& system, std::string url, const std::vector<std::string>& known = {});

/// An event from a row's columns transaction::text, position, kind, entity_id, sequence, type, version, payload, at, audience; the first
/// of them is column `from`.
[[nodiscard]] runtime::followed_event read_followed(const pqxx::row& row, pqxx::row::size_type from);

/// An entity's events after sequence `after` up to `upto`, in order, at most 500.
[[nodiscard]] std::vector<runtime::followed_event> events_between(session& db, const runtime::uuid& entity, uint64_t after,
                                                                  uint64_t upto);

/// The place in the global order after which `count` events are committed; the beginning if there are fewer.
[[nodiscard]] runtime::journal_cursor cursor_before_last(session& db, uint64_t count);

/// Whether this journal has, or had begun at, this place. One that it gave out before it was restored from an older copy is none.
[[nodiscard]] bool is_place(session& db, const runtime::journal_cursor& at);

} // namespace ainft::persistence
