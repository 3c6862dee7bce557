#pragma once

#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_writer.hpp"
#include "runtime/codec/type_name.hpp"
#include "runtime/journal.hpp"

#include <variant>

namespace ainft::runtime {

/// The version of an event's form: `E::version`, or 1 if the type has none.
template <class E>
constexpr uint16_t event_version() {
  if constexpr (requires { E::version; })
    return E::version;
  else
    return 1;
}

/// An event as the journal stores it: type name, version of the form, and JSON.
template <class... Es>
[[nodiscard]] new_event encode_event(const std::variant<Es...>& event) {
  return std::visit(
    []<class E>(const E& e) {
      return new_event{short_type_name<E>(), event_version<E>(), to_json(e)};
    },
    event);
}

/// Reads a stored event of any version. Converts an older form with `upcast(E*, from_version, json)`, one version at a
/// time. Refuses with errc::unknown_message if this program does not know the type or the version, because a later
/// version wrote it. Refuses with errc::internal if the JSON does not fit the type, and with the error of parse_json()
/// if it is malformed.
template <class Event>
[[nodiscard]] result<Event> decode_event(std::string_view type, uint16_t version, std::string_view payload);

template <class... Es>
struct event_decoder {
  using event = std::variant<Es...>;

  static result<event> decode(std::string_view type, uint16_t version, std::string_view payload) {
    auto json = parse_json(payload);
    if (!json)
      return std::move(json.error());
    result<event> out{
      refuse(errc::unknown_message, "this version of the program does not know the event " + std::string{type})};
    (void)((short_type_name<Es>() == type && (out = one<Es>(version, *json), true)) || ...);
    return out;
  }

private:
  template <class E>
  static result<event> one(uint16_t version, nlohmann::json& json) {
    if (version > event_version<E>())
      return refuse(errc::unknown_message, "this version of the program does not know version "
                                             + std::to_string(version) + " of the event "
                                             + std::string{short_type_name<E>()});
    if constexpr (requires { upcast(static_cast<E*>(nullptr), version, json); })
      for (; version < event_version<E>(); ++version)
        upcast(static_cast<E*>(nullptr), version, json);
    auto e = from_json<E>(json, json_reader::unknown_fields::ignored);
    if (!e)
      return refuse(errc::internal, "cannot read a stored event: " + explain(e.error()).detail);
    return event{std::move(*e)};
  }
};

/// The event names of a kind, as followers and the journal's tail use them: "kind.type".
template <class... Es>
[[nodiscard]] std::vector<std::string> event_names(std::string_view kind, std::variant<Es...>*) {
  return {std::string{kind} + "." + std::string{short_type_name<Es>()}...};
}

template <class Event>
struct event_decoder_of;
template <class... Es>
struct event_decoder_of<std::variant<Es...>> : event_decoder<Es...> {};

template <class Event>
result<Event> decode_event(std::string_view type, uint16_t version, std::string_view payload) {
  return event_decoder_of<Event>::decode(type, version, payload);
}

} // namespace ainft::runtime
