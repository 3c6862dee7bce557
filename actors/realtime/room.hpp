#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/journal.hpp"

namespace ainft::realtime {

AINFT_ENUM(room_kind, listing, studio, nft, proposal, job, agent, user, market, feed, journal)

/// What a client can subscribe to: `listing:lst_…`, `market`. Its topic is the id under which events find it: the entity's or the
/// user's own, or a reserved one.
struct room {
  room_kind kind = room_kind::market;
  runtime::uuid topic;

  /// Refuses with errc::validation_failed (naming `/room`) what is no room's name, and with errc::not_found kinds of things that
  /// do not exist yet.
  [[nodiscard]] static runtime::result<room> parse(std::string_view name);
  [[nodiscard]] std::string str() const;

  /// Whether its topic is an entity whose version a client follows.
  [[nodiscard]] bool is_entity() const noexcept { return kind <= room_kind::agent; }
  friend bool operator==(const room&, const room&) = default;
};

/// The rooms that an event is shown in.
[[nodiscard]] std::vector<runtime::uuid> topics_of(const runtime::followed_event& e);

/// A journal position as the wire has it ("7421.993"): the transaction and the place in it. Opaque to clients.
[[nodiscard]] std::string cursor_text(const runtime::journal_cursor& c);
[[nodiscard]] std::optional<runtime::journal_cursor> parse_cursor(std::string_view text);

} // namespace ainft::realtime
