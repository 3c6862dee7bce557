#include "actors/realtime/room.hpp"

#include <charconv>
#include <unordered_map>

namespace ainft::realtime {

using runtime::uuid;

namespace {

constexpr std::string_view journal_room = "journal"; ///< contains every event that clients can see

const std::vector<const room_type*>& types() {
  static const auto all = all_of(&capability::rooms);
  return all;
}

/// The topic of a room without an id. It cannot equal an entity's id, because those are UUIDs with a time and a
/// version.
uuid reserved_topic(const room_type& of) {
  uuid out;
  out.bytes[15] =
    static_cast<uint8_t>(1 + std::distance(types().begin(), std::find(types().begin(), types().end(), &of)));
  return out;
}

/// The topics of the rooms that each event type is broadcast to, by "kind.type".
std::unordered_map<std::string, std::vector<uuid>> all_broadcasts() {
  std::unordered_map<std::string, std::vector<uuid>> out;
  for (const auto* k : all_of(&capability::kinds))
    for (const auto& b : k->broadcasts)
      for (const auto type : b.types)
        out[std::string{k->name} + "." + std::string{type}].push_back(reserved_topic(*find_room_type(b.room)));
  return out;
}

std::string room_rule() {
  std::string out = "must be ";
  for (const auto* t : types())
    if (!t->is_for_operators)
      out.append(out.ends_with(' ') ? "" : ", ").append(t->name).append(t->id_prefix.empty() ? "" : ":{id}");
  if (const auto last = out.rfind(", "); last != out.npos)
    out.replace(last, 2, " or ");
  return out;
}

} // namespace

const room_type* find_room_type(std::string_view name) {
  const auto it = std::find_if(types().begin(), types().end(), [&](const auto* t) { return t->name == name; });
  return it == types().end() ? nullptr : *it;
}

runtime::result<room> room::parse(std::string_view name) {
  const auto colon = name.find(':');
  const bool has_id = colon != name.npos;
  const auto* type = find_room_type(name.substr(0, colon));
  if (!type || type->id_prefix.empty() == has_id)
    return runtime::refuse_field("/room", room_rule());
  if (!has_id)
    return room{type, reserved_topic(*type)};
  const auto id = runtime::parse_typeid(type->id_prefix, name.substr(colon + 1));
  if (!id)
    return runtime::refuse_field("/room", "must name its " + std::string{type->name} + " by an id such as "
                                            + std::string{type->id_prefix} + "_…");
  return room{type, *id};
}

std::string room::str() const {
  const std::string name{type->name};
  return type->id_prefix.empty() ? name : name + ":" + runtime::typeid_text(type->id_prefix, topic);
}

std::vector<uuid> topics_of(const runtime::followed_event& e, const std::string& name) {
  static const auto broadcasts = all_broadcasts();
  static const auto journal = reserved_topic(*find_room_type(journal_room));
  std::vector<uuid> out{e.event.entity};
  out.insert(out.end(), e.event.audience.begin(), e.event.audience.end());
  if (const auto it = broadcasts.find(name); it != broadcasts.end())
    out.insert(out.end(), it->second.begin(), it->second.end());
  out.push_back(journal);
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
