#pragma once

#include "actors/capability.hpp"
#include "runtime/journal.hpp"

namespace ainft::realtime {

/// A room that a client can subscribe to, such as `listing:lst_…` or `market`. Events find it by its topic: the id of
/// the entity or user, or a reserved id.
struct room {
  const room_type* type = nullptr; ///< from a capability
  runtime::uuid topic;

  /// Refuses with errc::validation_failed (field `/room`) if `name` is not the name of a room.
  [[nodiscard]] static runtime::result<room> parse(std::string_view name);
  [[nodiscard]] std::string str() const;
  friend bool operator==(const room&, const room&) = default;
};

/// The room type with this name, such as "listing", or null.
[[nodiscard]] const room_type* find_room_type(std::string_view name);

/// The topics of the rooms that show an event. `name` is for example "listing.bid_placed".
[[nodiscard]] std::vector<runtime::uuid> topics_of(const runtime::followed_event& e, const std::string& name);

/// A journal position as clients get it, such as "7421.993": the transaction and the position. Opaque to clients.
[[nodiscard]] std::string cursor_text(const runtime::journal_cursor& c);
[[nodiscard]] std::optional<runtime::journal_cursor> parse_cursor(std::string_view text);

} // namespace ainft::realtime
