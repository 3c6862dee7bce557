#include "actors/realtime/catalog.hpp"

#include "actors/realtime/room.hpp"
#include "actors/realtime/socket_messages.hpp"
#include "runtime/codec/json_schema.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

namespace ainft::realtime {

using nlohmann::json;
using runtime::json_form;
using runtime::json_schema;

namespace {

constexpr std::string_view schemas_at = "#/components/schemas/";

json text(std::string_view about, std::string_view example) {
  return {{"type", "string"}, {"description", about}, {"examples", json::array({example})}};
}

std::string words(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& one : all)
    out.append(out.empty() ? "" : ", ").append(one);
  return out;
}

/// A room type's name as clients write it: "listing:{id}" or "market".
std::string address_of(const room_type& r) {
  return r.id_prefix.empty() ? std::string{r.name} : std::string{r.name} + ":{id}";
}

/// A visible event with its kind and the rooms that show it.
struct event_entry {
  const entity_kind& kind;
  const event_form& form;
  std::vector<const room_type*> rooms;
};

const room_type& room_named(const entity_kind& kind, std::string_view name) {
  const auto* found = find_room_type(name);
  if (!found)
    throw std::logic_error{"the kind " + std::string{kind.name} + " names the room " + std::string{name}
                           + ", which does not exist"};
  return *found;
}

/// The rooms that show an event: that of its entity, those of its audience, those to which it is broadcast, and
/// "journal".
std::vector<const room_type*> rooms_of(const entity_kind& kind, const event_form& form) {
  std::vector<const room_type*> out;
  const auto type = std::string_view{form.name}.substr(form.name.find('.') + 1);
  for (const auto* r : all_of(&capability::rooms))
    if (!r->id_prefix.empty() && r->id_prefix == kind.id_prefix)
      out.push_back(r);
  for (const auto& a : kind.audience)
    out.push_back(&room_named(kind, a.room));
  for (const auto& b : kind.broadcasts)
    if (std::find(b.types.begin(), b.types.end(), type) != b.types.end())
      out.push_back(&room_named(kind, b.room));
  out.push_back(&room_named(kind, "journal"));
  return out;
}

/// All visible events, by kind and in the order of the kind's list.
std::vector<event_entry> entries() {
  std::vector<event_entry> out;
  for (const auto* k : all_of(&capability::kinds))
    for (const auto& form : k->events)
      if (form.is_visible) {
        if (form.about.empty())
          throw std::logic_error{"the event " + form.name + " is not described: use AINFT_ABOUT"};
        out.push_back({*k, form, rooms_of(*k, form)});
      }
  for (const auto* r : all_of(&capability::rooms))
    if (r->about.empty())
      throw std::logic_error{"the room " + std::string{r->name} + " is not described"};
  return out;
}

std::vector<std::string> names_of(const std::vector<const room_type*>& rooms) {
  std::vector<std::string> out;
  out.reserve(rooms.size());
  for (const auto* r : rooms)
    out.push_back(address_of(*r));
  return out;
}

json id_schema(std::string_view prefix, std::string_view about) {
  auto out = text(about, std::string{prefix} + "_01j0b3t1m4e6gtxbrcke7k8ggh");
  out["pattern"] = runtime::typeid_pattern(prefix);
  return out;
}

/// The first argument of an event.
json envelope(const event_entry& e, json data) {
  auto at = text("When it happened.", runtime::time_point::schema.example);
  at["format"] = "date-time";
  const auto type = e.form.name.substr(e.form.name.find('.') + 1);
  return {{"type", "object"},
          {"description", std::string{e.form.about}},
          {"required", {"id", "sequence", "type", "at", "position", "data"}},
          {"additionalProperties", false},
          {"properties",
           {{"id", id_schema(e.kind.id_prefix, "The entity that the event belongs to.")},
            {"sequence",
             {{"type", "integer"}, {"minimum", 1}, {"description", "The version of the entity after the event."}}},
            {"type", {{"const", type}, {"type", "string"}, {"description", "The event's name without its kind."}}},
            {"at", std::move(at)},
            {"position", text("Its place in the journal: an opaque text.", "7421.993")},
            {"data", std::move(data)}}}};
}

/// "ListingBidPlacedEvent" for "listing.bid_placed".
std::string component_of(const event_form& form) {
  auto name = form.name;
  std::replace(name.begin(), name.end(), '.', '_');
  return runtime::api_name_of(name) + "Event";
}

json ref(std::string_view kind, std::string_view name) {
  return {{"$ref", "#/" + std::string{kind} + "/" + std::string{name}}};
}

json message_of(const event_entry& e, json& schemas) {
  const auto name = component_of(e.form);
  if (schemas.contains(name))
    throw std::logic_error{"two schemas have the name " + name};
  schemas[name] = envelope(e, e.form.schema(schemas));
  std::string about{e.form.about};
  if (e.form.is_private)
    about += " Only the users in its audience, and operators, get it.";
  std::string audience;
  for (const auto& a : e.kind.audience)
    audience += (audience.empty() ? "In the room `" : " In the room `") + std::string{a.room} + ":{id}` of "
                + std::string{a.whose} + ".";
  const auto payload = json{{"$ref", std::string{schemas_at} + name}};
  return {{"name", e.form.name},
          {"title", e.form.name},
          {"summary", std::move(about)},
          {"description", std::move(audience)},
          {"contentType", "application/json"},
          {"payload", payload},
          {"x-rooms", names_of(e.rooms)},
          {"examples", json::array({{{"payload", example_of(payload, schemas)}}})}};
}

/// A message of the socket itself, without a place in the journal.
template <class T>
json plain_message(std::string_view name, json& schemas) {
  const auto payload = json_schema{schemas, json_form::shown}.of<T>();
  return {{"name", name},
          {"title", name},
          {"summary", std::string{about_type(static_cast<const T*>(nullptr))}},
          {"contentType", "application/json"},
          {"payload", payload},
          {"examples", json::array({{{"payload", example_of(payload, schemas)}}})}};
}

/// The document while it is made.
struct document {
  json channels = json::object(), operations = json::object(), messages = json::object(), schemas = json::object();

  void add_message(const std::string& channel, const std::string& key, json message) {
    messages[key] = std::move(message);
    channels[channel]["messages"][key] = ref("components/messages", key);
  }

  /// An event that the client sends, and the server's acknowledgement.
  template <class Request, class Response>
  void add_request(const std::string& channel, const std::string& name) {
    const auto key = channel == "admin" ? "admin." + name : name;
    add_message(channel, key, plain_message<Request>(name, schemas));
    add_message(channel, key + ".acknowledged", plain_message<Response>(name, schemas));
    operations[key] = {{"action", "receive"},
                       {"channel", ref("channels", channel)},
                       {"summary", std::string{about_type(static_cast<const Request*>(nullptr))}},
                       {"messages", json::array({ref("channels/" + channel + "/messages", key)})},
                       {"reply",
                        {{"channel", ref("channels", channel)},
                         {"messages", json::array({ref("channels/" + channel + "/messages", key + ".acknowledged"),
                                                   ref("channels/" + channel + "/messages", "problem")})}}}};
  }

  void add_send(const std::string& channel, std::string_view about) {
    auto sent = json::array();
    for (const auto& [key, message] : channels[channel]["messages"].items())
      if (!operations.contains(key) && !key.ends_with(".acknowledged"))
        sent.push_back(ref("channels/" + channel + "/messages", key));
    operations["send_" + channel] = {{"action", "send"},
                                     {"channel", ref("channels", channel)},
                                     {"summary", std::string{about}},
                                     {"messages", std::move(sent)}};
  }
};

/// The socket itself: requests of clients, and what the server sends to a socket in any room or in none.
void add_sockets(document& d) {
  d.schemas["SocketProblem"] = {
    {"type", "object"},
    {"description", "A refused request."},
    {"required", {"status", "body"}},
    {"properties",
     {{"status", {{"type", "integer"}, {"description", "The status, as over HTTP."}}},
      {"body",
       {{"type", "object"}, {"description", "The problem document, as over HTTP: `Problem` in /openapi.json."}}}}}};
  const json problem{{"name", "problem"},
                     {"title", "problem"},
                     {"summary", "A refused request: its acknowledgement or, if the client wanted none, an event."},
                     {"contentType", "application/json"},
                     {"payload", {{"$ref", std::string{schemas_at} + "SocketProblem"}}}};
  d.channels["socket"] = {{"address", "/"},
                          {"title", "The namespace for every signed-in user"},
                          {"description", "A client joins it with CONNECT, whose `auth` is a `ConnectAuth`."}};
  d.channels["admin"] = {{"address", "/admin"},
                         {"title", "The namespace for operators"},
                         {"description", "It also takes all requests of the other namespace."}};
  (void)json_schema{d.schemas, json_form::shown}.of<connect_auth>();
  for (const auto* channel : {"socket", "admin"})
    d.add_message(channel, "problem", problem);
  d.add_message("socket", "ready", plain_message<ready>("ready", d.schemas));
  d.add_message("socket", "token.expiring", plain_message<token_expiring>("token.expiring", d.schemas));
  d.add_message("socket", "token.expired", plain_message<token_expired>("token.expired", d.schemas));
  d.add_message("socket", "session.ended", plain_message<session_ended>("session.ended", d.schemas));
  d.add_request<subscribe_request, subscribed>("socket", "subscribe");
  d.add_request<unsubscribe_request, unsubscribed>("socket", "unsubscribe");
  d.add_request<authenticate_request, authenticated>("socket", "authenticate");
  d.add_request<command_request, command_response>("socket", "command");
  d.add_request<stats_request, stats_response>("admin", "stats");
  d.add_request<kick_request, kicked>("admin", "kick");
  d.add_send("socket", "What the server sends to a socket, whatever rooms it is in.");
}

void add_rooms(document& d) {
  for (const auto* r : all_of(&capability::rooms)) {
    auto& channel = d.channels[std::string{r->name}];
    channel = {{"address", address_of(*r)},
               {"title", "The room " + address_of(*r)},
               {"description", std::string{r->about} + (r->is_for_operators ? " In the namespace `/admin`." : "")},
               {"messages", json::object()}};
    if (!r->id_prefix.empty())
      channel["parameters"] = {
        {"id", {{"description", "An id such as " + std::string{r->id_prefix} + "_01j0b3t1m4e6gtxbrcke7k8ggh."}}}};
    if (r->counts_viewers)
      d.add_message(std::string{r->name}, "viewers", plain_message<viewers>("viewers", d.schemas));
  }
}

void add_events(document& d) {
  auto by_name = json::object();
  auto names = json::array();
  for (const auto& e : entries()) {
    auto message = message_of(e, d.schemas);
    by_name[e.form.name] = message.at("payload");
    names.push_back(e.form.name);
    for (const auto* r : e.rooms)
      d.add_message(std::string{r->name}, e.form.name, message);
  }
  d.schemas["Events"] = {{"type", "object"},
                         {"description", "The first argument of each event, by the event's name."},
                         {"properties", std::move(by_name)},
                         {"required", std::move(names)}};
  for (const auto* r : all_of(&capability::rooms))
    d.add_send(std::string{r->name}, "What the room " + address_of(*r) + " shows.");
}

constexpr auto introduction =
  "What the server sends over a socket, and what clients send. Any Socket.IO client of protocol 5 works unchanged, at "
  "`/socket.io/`. Each room is a channel. An event of the journal has two arguments: the described object, and its "
  "`position` again. Requests of clients are acknowledged.";

std::string host_of(const std::string& url) {
  const auto begin = url.find("://");
  const auto rest = begin == url.npos ? url : url.substr(begin + 3);
  return rest.substr(0, rest.find('/'));
}

/// The names of a schema's members, in their order, with a question mark after those that may be absent.
std::vector<std::string> members_of(const json& schema, const json& components) {
  if (const auto to = schema.find("$ref"); to != schema.end())
    return members_of(components.at(to->get<std::string>().substr(schemas_at.size())), components);
  const auto required = schema.value("required", json::array());
  std::vector<std::string> out;
  const auto properties = schema.value("properties", json::object());
  for (const auto& [name, part] : properties.items())
    out.push_back("`" + name + (std::find(required.begin(), required.end(), name) == required.end() ? "?`" : "`"));
  return out;
}

/// What the table of events says about `data`.
std::string data_words(const event_entry& e) {
  json schemas;
  const auto schema = e.form.schema(schemas);
  if (e.form.about.find("`data` is ") != e.form.about.npos)
    return "`" + schema.at("$ref").get<std::string>().substr(schemas_at.size()) + "`";
  const auto members = members_of(schema, schemas);
  return members.empty() ? "none" : words(members);
}

std::string event_row(const event_entry& e) {
  std::vector<std::string> rooms;
  for (const auto* r : e.rooms)
    if (!r->is_for_operators)
      rooms.push_back("`" + address_of(*r) + "`");
  return "| `" + e.form.name + "` | " + std::string{e.form.about} + (e.form.is_private ? " Private." : "") + " | "
         + words(rooms) + " | " + data_words(e) + " |\n";
}

constexpr auto page_introduction =
  "# Rooms and events\n\n"
  "`ainftd --realtime=markdown` prints this page. `ainftd --realtime` and `/asyncapi.json` have all of it in full, "
  "with\n"
  "schemas and examples (AsyncAPI 3.0). [Realtime](realtime.md) says how to subscribe.\n\n"
  "`data` is a member of an event's first argument. Its members have the names of the HTTP responses. `?` marks "
  "members\n"
  "that may be absent. A private event reaches only the users whom it concerns, and operators. The room `journal` "
  "shows\n"
  "every event to operators.\n";

} // namespace

json example_of(const json& schema, const json& components) {
  if (const auto to = schema.find("$ref"); to != schema.end())
    return example_of(components.at(to->get<std::string>().substr(schemas_at.size())), components);
  if (const auto some = schema.find("examples"); some != schema.end())
    return some->at(0);
  for (const auto* key : {"const", "default"})
    if (schema.contains(key))
      return schema.at(key);
  if (const auto names = schema.find("enum"); names != schema.end())
    return names->at(0);
  if (const auto kinds = schema.find("oneOf"); kinds != schema.end())
    return example_of(kinds->at(0), components);
  const auto type = schema.value("type", "");
  if (type == "object") {
    auto out = json::object();
    const auto properties = schema.value("properties", json::object());
    for (const auto& [name, part] : properties.items())
      out[name] = example_of(part, components);
    return out;
  }
  if (type == "array")
    return schema.value("minItems", 0) == 0 && schema.at("items").contains("$ref")
             ? json::array()
             : json::array({example_of(schema.at("items"), components)});
  if (type == "integer" || type == "number")
    return std::max(schema.value("minimum", 0.0), 1.0) == 1.0 ? json(1) : schema.at("minimum");
  if (type == "boolean")
    return true;
  return type == "string" ? json("text") : json::object();
}

json catalog(std::string_view version, const std::string& public_url) {
  document d;
  add_sockets(d);
  add_rooms(d);
  add_events(d);
  json_schema::strip(d.schemas);
  json out{{"asyncapi", "3.0.0"},
           {"info", {{"title", "AiNFT realtime"}, {"version", version}, {"description", introduction}}},
           {"defaultContentType", "application/json"},
           {"channels", std::move(d.channels)},
           {"operations", std::move(d.operations)},
           {"components", {{"messages", std::move(d.messages)}, {"schemas", std::move(d.schemas)}}}};
  if (!public_url.empty())
    out["servers"]["platform"] = {{"host", host_of(public_url)},
                                  {"protocol", public_url.starts_with("https:") ? "wss" : "ws"},
                                  {"pathname", "/socket.io/"},
                                  {"description", "Socket.IO, protocol 5."}};
  return out;
}

std::string catalog_page() {
  std::string out = page_introduction;
  const auto all = entries();
  for (const auto& c : capabilities()) {
    std::string rooms, events;
    for (const auto& r : c.rooms)
      rooms += "| `" + address_of(r) + "` | " + std::string{r.about}
               + (r.is_for_operators ? " For operators, in `/admin`." : "") + " |\n";
    for (const auto& e : all)
      if (std::any_of(c.kinds.begin(), c.kinds.end(), [&](const auto& k) { return &k == &e.kind; }))
        events += event_row(e);
    if (rooms.empty() && events.empty())
      continue;
    out += "\n## " + std::string{c.name} + "\n";
    if (!rooms.empty())
      out += "\n| Room | Shows |\n|---|---|\n" + rooms;
    if (!events.empty())
      out += "\n| Event | When | Rooms | `data` |\n|---|---|---|---|\n" + events;
  }
  return out;
}

} // namespace ainft::realtime
