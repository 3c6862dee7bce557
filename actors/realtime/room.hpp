#pragma once

#include "actors/capability.hpp"
#include "runtime/journal.hpp"

namespace ainft::realtime {

/// What a client can subscribe to: `listing:lst_…`, `market`. Its topic is the id under which events find it: the entity's or the
/// user's own, or a reserved one.
struct room {
  const room_type* type = nullptr; ///< one of the capabilities'
  runtime::uuid topic;

  /// Refuses with errc::validation_failed (naming `/room`) what is no room's name, and with errc::not_found kinds of things that
  /// do not exist yet.
  [[nodiscard]] static runtime::result<room> parse(std::string_view name);
  [[nodiscard]] std::string str() const;
  friend bool operator==(const room&, const room&) = default;
};

/// The type of rooms that is called so ("listing"), or null.
[[nodiscard]] const room_type* find_room_type(std::string_view name);

/// The rooms that an event is shown in; `name` is "listing.bid_placed".
[[nodiscard]] std::vector<runtime::uuid> topics_of(const runtime::followed_event& e, const std::string& name);

/// A journal position as the wire has it ("7421.993"): the transaction and the place in it. Opaque to clients.
[[nodiscard]] std::string cursor_text(const runtime::journal_cursor& c);
[[nodiscard]] std::optional<runtime::journal_cursor> parse_cursor(std::string_view text);

} // namespace ainft::realtime
