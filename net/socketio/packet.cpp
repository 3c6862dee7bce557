#include "net/socketio/packet.hpp"

#include "runtime/codec/json_reader.hpp"
#include "runtime/try.hpp"

#include <charconv>

namespace ainft::socketio {

using runtime::errc;
using runtime::refuse;

namespace {

constexpr size_t longest_namespace = 200;

caf::error malformed(std::string why) { return refuse(errc::malformed_request, "the packet " + std::move(why)); }

/// Event names that the protocol reserves.
bool is_reserved(std::string_view event) {
  static constexpr std::string_view names[] = {"connect",       "connect_error", "disconnect",
                                               "disconnecting", "newListener",   "removeListener"};
  return std::find(std::begin(names), std::end(names), event) != std::end(names);
}

bool is_event_name(const nlohmann::json& name) {
  return name.is_number() || (name.is_string() && !is_reserved(name.get_ref<const std::string&>()));
}

bool has_attachments(packet_type t) { return t == packet_type::binary_event || t == packet_type::binary_ack; }

/// Whether every placeholder names an existing attachment.
bool placeholders_hold(const nlohmann::json& at, size_t attachments) {
  if (at.is_object()) {
    const auto mark = at.find("_placeholder");
    if (mark != at.end() && *mark == true) {
      const auto num = at.find("num");
      return num != at.end() && num->is_number_unsigned() && num->get<uint64_t>() < attachments;
    }
  }
  if (!at.is_structured())
    return true;
  return std::all_of(at.begin(), at.end(), [&](const auto& inner) { return placeholders_hold(inner, attachments); });
}

caf::error check_data(const packet& p) {
  switch (p.type) {
  case packet_type::connect:
    return p.data.is_null() || p.data.is_object() ? caf::error{} : malformed("must connect with an object as data");
  case packet_type::disconnect:
    return p.data.is_null() ? caf::error{} : malformed("must not have data in a disconnect");
  case packet_type::event:
  case packet_type::binary_event:
    if (!p.data.is_array() || p.data.empty() || !is_event_name(p.data[0]))
      return malformed("is not an event: an array that begins with a name");
    break;
  case packet_type::ack:
  case packet_type::binary_ack:
    if (!p.data.is_array() || !p.id)
      return malformed("is not an acknowledgement: an id and an array");
    break;
  case packet_type::connect_error: return malformed("has a type that only servers send");
  }
  return placeholders_hold(p.data, p.attachments) ? caf::error{} : malformed("has a placeholder without an attachment");
}

/// Parses a decimal number at the start of `text` and removes it.
template <class T>
std::optional<T> take_number(std::string_view& text) {
  T out{};
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{})
    return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return out;
}

} // namespace

runtime::result<packet> read_packet(std::string_view text) {
  packet out;
  if (text.empty() || text[0] < '0' || text[0] > '6')
    return malformed("has no known type");
  out.type = static_cast<packet_type>(text[0] - '0');
  text.remove_prefix(1);
  if (has_attachments(out.type)) {
    const auto count = take_number<size_t>(text);
    if (!count || !text.starts_with('-') || *count > most_attachments)
      return malformed("must give the number of attachments, at most " + std::to_string(most_attachments));
    out.attachments = *count;
    text.remove_prefix(1);
  }
  if (text.starts_with('/')) {
    const auto end = std::min(text.find(','), text.size());
    if (end > longest_namespace)
      return malformed("has a namespace that is too long");
    out.nsp = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    out.id = take_number<uint64_t>(text);
    if (!out.id)
      return malformed("has an id that is too large");
  }
  if (!text.empty()) {
    AINFT_TRY(json, runtime::parse_json(text));
    if (json.is_null())
      return malformed("must not have null as data");
    out.data = std::move(json);
  }
  if (auto bad = check_data(out))
    return bad;
  return out;
}

std::string packet_text(packet_type type, std::string_view nsp, std::string_view data, std::optional<uint64_t> id,
                        size_t attachments) {
  std::string out(1, static_cast<char>('0' + static_cast<int>(type)));
  if (has_attachments(type))
    out.append(std::to_string(attachments)).append("-");
  if (nsp != "/")
    out.append(nsp).append(",");
  if (id)
    out += std::to_string(*id);
  out += data;
  return out;
}

void append_packet(std::string& to, packet_type type, std::string_view nsp, std::string_view data,
                   std::optional<uint64_t> id, const std::vector<std::string>& attachments) {
  if (!attachments.empty() && type == packet_type::event)
    type = packet_type::binary_event;
  if (!attachments.empty() && type == packet_type::ack)
    type = packet_type::binary_ack;
  constexpr char message = engine_type::message;
  append_text_frame(to, {&message, 1}, packet_text(type, nsp, data, id, attachments.size()));
  for (const auto& bytes : attachments)
    append_binary_frame(to, bytes);
}

frames make_packet(packet_type type, std::string_view nsp, std::string_view data, std::optional<uint64_t> id,
                   const std::vector<std::string>& attachments) {
  std::string out;
  append_packet(out, type, nsp, data, id, attachments);
  return std::make_shared<const std::string>(std::move(out));
}

} // namespace ainft::socketio
