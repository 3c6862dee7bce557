#pragma once

#include "persistence/session.hpp"

#include <caf/actor_system.hpp>

#include <string>

namespace ainft::persistence {

/// Starts a journal reader: an actor with its own thread and connection. It answers load, read_journal, load_cursor,
/// store_cursor and the requests of runtime/parking.hpp, and runs each read_job. If the connection breaks, it opens a
/// new one and retries once, then answers with errc::unavailable. It does not retry a read_job. `known` names all
/// events that this program knows ("kind.type"): a read_journal with event_types also gets the events that are not in
/// `known`, so that a follower does not skip events of a later version. If `known` is empty, it does not get them.
[[nodiscard]] caf::actor start_journal_reader(caf::actor_system& system, std::string url,
                                              const std::vector<std::string>& known = {});

/// Reads an event from the columns transaction::text, position, kind, entity_id, sequence, type, version, payload, at,
/// audience. The first of them is column `from`.
[[nodiscard]] runtime::followed_event read_followed(const pqxx::row& row, pqxx::row::size_type from);

/// The events of an entity with sequences greater than `after` and at most `upto`, in order, at most 500.
[[nodiscard]] std::vector<runtime::followed_event> events_between(session& db, const runtime::uuid& entity,
                                                                  uint64_t after, uint64_t upto);

/// The place in the global order after which there are `count` committed events; the beginning if there are fewer.
[[nodiscard]] runtime::journal_cursor cursor_before_last(session& db, uint64_t count);

/// Whether `at` is the beginning or the place of an event in this journal. False for a place that the journal gave out
/// before it was restored from an older copy.
[[nodiscard]] bool is_place(session& db, const runtime::journal_cursor& at);

} // namespace ainft::persistence
