#include "actors/realtime/room.hpp"

#include <charconv>

namespace ainft::realtime {

using runtime::errc;
using runtime::name_of;
using runtime::uuid;

namespace {

/// Topics that are no entity's: never the id of anything, since those are made with a time and a version in them.
constexpr uuid reserved(uint8_t n) {
  uuid out;
  out.bytes[15] = n;
  return out;
}
constexpr uuid market_topic = reserved(1), feed_topic = reserved(2), journal_topic = reserved(3);

constexpr std::string_view market_events[] = {
  "listing_live", "bid_placed",        "auction_closed", "settlement_begun", "settlement_undone",  "listing_sold",
  "listing_cancelled", "listing_failed", "bid_struck",     "payment_missed",   "operator_intervened"};
constexpr std::pair<std::string_view, std::string_view> feed_events[] = {
  {"studio", "studio_created"}, {"nft", "nft_minted"}, {"listing", "listing_live"}, {"listing", "listing_sold"}};

template <class Id>
runtime::result<room> entity_room(room_kind kind, std::string_view id) {
  const auto parsed = Id::parse(id);
  if (!parsed)
    return runtime::refuse_field("/room", "must name its " + std::string{name_of(kind)} + " by an id such as "
                                            + std::string{Id::prefix} + "_…");
  return room{kind, parsed->get()};
}

} // namespace

runtime::result<room> room::parse(std::string_view name) {
  const auto colon = name.find(':');
  const auto kind = runtime::enum_from<room_kind>(name.substr(0, colon));
  const auto id = colon == name.npos ? std::string_view{} : name.substr(colon + 1);
  const bool has_id = colon != name.npos;
  if (kind && has_id)
    switch (*kind) {
      case room_kind::listing:
        return entity_room<listing_id>(*kind, id);
      case room_kind::studio:
        return entity_room<studio_id>(*kind, id);
      case room_kind::nft:
        return entity_room<nft_id>(*kind, id);
      case room_kind::user:
        return entity_room<user_id>(*kind, id);
      case room_kind::job:
        return entity_room<job_id>(*kind, id);
      case room_kind::agent:
        return entity_room<agent_id>(*kind, id);
      case room_kind::proposal:
        return runtime::refuse(errc::not_found, "there is no such " + std::string{name_of(*kind)});
      default:
        break;
    }
  else if (kind == room_kind::market)
    return room{*kind, market_topic};
  else if (kind == room_kind::feed)
    return room{*kind, feed_topic};
  else if (kind == room_kind::journal)
    return room{*kind, journal_topic};
  return runtime::refuse_field("/room", "must be listing:{id}, studio:{id}, nft:{id}, proposal:{id}, job:{id}, agent:{id}, user:{id}, market or feed");
}

std::string room::str() const {
  const std::string name{name_of(kind)};
  switch (kind) {
    case room_kind::user:
      return name + ":" + user_id{topic}.str();
    case room_kind::market:
    case room_kind::feed:
    case room_kind::journal:
      return name;
    default:
      return name + ":" + id_text(name, topic);
  }
}

std::vector<uuid> topics_of(const runtime::followed_event& e) {
  std::vector<uuid> out{e.event.entity};
  out.insert(out.end(), e.event.audience.begin(), e.event.audience.end());
  if (e.kind == "listing" && std::find(std::begin(market_events), std::end(market_events), e.event.type) != std::end(market_events))
    out.push_back(market_topic);
  if (std::any_of(std::begin(feed_events), std::end(feed_events), [&](const auto& f) { return f.first == e.kind && f.second == e.event.type; }))
    out.push_back(feed_topic);
  out.push_back(journal_topic);
  return out;
}

std::string cursor_text(const runtime::journal_cursor& c) {
  return std::to_string(c.transaction) + "." + std::to_string(c.position);
}

std::optional<runtime::journal_cursor> parse_cursor(std::string_view text) {
  runtime::journal_cursor out;
  const auto* const end = text.data() + text.size();
  const auto [dot, bad] = std::from_chars(text.data(), end, out.transaction);
  if (bad != std::errc{} || dot == end || *dot != '.')
    return std::nullopt;
  const auto [last, worse] = std::from_chars(dot + 1, end, out.position);
  if (worse != std::errc{} || last != end)
    return std::nullopt;
  return out;
}

} // namespace ainft::realtime
