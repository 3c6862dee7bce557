#pragma once

#include "actors/capability.hpp"
#include "runtime/entity.hpp"
#include "runtime/event_codec.hpp"

/// Makes an entity kind from its `domain`. Only a capability's capability.cpp includes this file, because it
/// instantiates the entity's code.
namespace ainft {

template <class Event>
std::string upcast_payload(const runtime::committed_event& e) {
  auto decoded = runtime::decode_event<Event>(e.type, e.version, e.payload);
  return decoded ? runtime::encode_event(*decoded).payload : e.payload;
}

template <class Domain, class... Events>
std::vector<event_form> forms_of(std::variant<Events...>*, visible_events which) {
  const auto form = [which]<class E>(E*) {
    event_form out{std::string{Domain::kind} + "." + std::string{runtime::short_type_name<E>()},
                   runtime::event_version<E>(), which == visible_events::all, false,
                   &upcast_payload<typename Domain::events>};
    if constexpr (requires { E::is_private; })
      out.is_private = E::is_private;
    return out;
  };
  return {form(static_cast<Events*>(nullptr))...};
}

template <class Domain, class Id>
entity_kind kind_of(visible_events which, std::vector<broadcast> broadcasts = {}) {
  return {.name = Domain::kind,
          .id_prefix = Id::prefix,
          .add = [](runtime::entity_host& host) { host.add<Domain>(); },
          .events = forms_of<Domain>(static_cast<typename Domain::events*>(nullptr), which),
          .broadcasts = std::move(broadcasts),
          .replay = runtime::replay<Domain>,
          .empty_state = [] { return runtime::to_json(typename Domain::state{}); }};
}

} // namespace ainft
