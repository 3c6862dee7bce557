#pragma once

#include "runtime/codec/json_schema.hpp"
#include "runtime/event_codec.hpp"

/// The public form of events: what clients get over sockets and server-sent events. By default, it has the members of
/// the stored event, except for the marks `shown_as` and `not_shown` of AINFT_DESCRIBE. An event type can have another
/// public form:
///
/// - `static constexpr bool shows_view = true;`: the view of the entity after the event, if it was empty before. For
///   events that create an entity.
/// - a function `shown(const Event&)` in the namespace of the event, which returns a described structure.
namespace ainft::runtime {

template <class E>
concept shows_view = requires {
  requires E::shows_view;
};

template <class E>
concept has_own_form = requires(const E& e) {
  shown(e);
};

/// The public form of an event of `Domain`, as a described value.
template <class Domain, class E>
[[nodiscard]] auto public_value(const E& e) {
  if constexpr (shows_view<E>) {
    typename Domain::state s{};
    evolve(s, typename Domain::events{e});
    return view_of(s);
  } else if constexpr (has_own_form<E>) {
    return shown(e);
  } else {
    return e;
  }
}

template <class Domain, class E>
using public_form = decltype(public_value<Domain>(std::declval<const E&>()));

/// The JSON Schema of the public form of E. All schemas in `components` must be in json_form::shown.
template <class Domain, class E>
[[nodiscard]] nlohmann::json public_schema(nlohmann::json& components) {
  return json_schema{components, json_form::shown}.of<public_form<Domain, E>>();
}

/// The payload of a stored event of any version, in its public form: "{}" if this program cannot read the stored form,
/// because what it does not know may be private.
template <class Domain>
[[nodiscard]] std::string public_payload(const committed_event& e) {
  const auto decoded = decode_event<typename Domain::events>(e.type, e.version, e.payload);
  if (!decoded)
    return "{}";
  return std::visit([](const auto& x) { return to_shown_json(public_value<Domain>(x)); }, *decoded);
}

/// Whether the public form of E equals its stored form, so that the payload can be sent as it is.
template <class E>
[[nodiscard]] bool shows_stored() {
  if constexpr (shows_view<E> || has_own_form<E>) {
    return false;
  } else {
    static const bool same = [] {
      nlohmann::json stored, shown;
      (void)json_schema{stored}.of<E>();
      (void)json_schema{shown, json_form::shown}.of<E>();
      return stored == shown;
    }();
    return same;
  }
}

} // namespace ainft::runtime
