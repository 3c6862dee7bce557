#pragma once

#include "persistence/session.hpp"
#include "runtime/parking.hpp"

/// The tables of parked events: see runtime/parking.hpp. Each function is one transaction and throws what
/// session::run() throws.
namespace ainft::persistence {

void park(session& db, const runtime::park_events& what);
[[nodiscard]] runtime::parked_keys find_parked(session& db, const runtime::list_parked& of);
[[nodiscard]] runtime::due_parked find_due(session& db, const runtime::find_due_parked& wanted);
[[nodiscard]] runtime::parked_key_left settle(session& db, const runtime::settle_parked& done);
[[nodiscard]] runtime::parked_key_left release(session& db, const runtime::release_parked& what);
[[nodiscard]] runtime::parked_key_left skip(session& db, const runtime::skip_parked& what);

/// Stores a follower's cursor even if it lies before the stored one, and drops the parked events after the cursor,
/// because the follower reads them again.
void rewind_cursor(session& db, const runtime::store_cursor& to);

} // namespace ainft::persistence
