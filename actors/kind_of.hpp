#pragma once

#include "actors/capability.hpp"
#include "runtime/entity.hpp"
#include "runtime/entity_rules.hpp"
#include "runtime/public_event.hpp"

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
    event_form out{.name = std::string{Domain::kind} + "." + std::string{runtime::short_type_name<E>()},
                   .version = runtime::event_version<E>(),
                   .is_visible = which == visible_events::all,
                   .shows_stored = &runtime::shows_stored<E>,
                   .upcast = &upcast_payload<typename Domain::events>,
                   .show = &runtime::public_payload<Domain>,
                   .schema = &runtime::public_schema<Domain, E>};
    if constexpr (requires { E::is_private; })
      out.is_private = E::is_private;
    if constexpr (requires { about_type(static_cast<const E*>(nullptr)); })
      out.about = about_type(static_cast<const E*>(nullptr));
    return out;
  };
  return {form(static_cast<Events*>(nullptr))...};
}

/// Fails to compile if the runtime would ignore a rule that the domain declares. runtime/entity_rules.hpp has the
/// signatures.
template <class Domain>
constexpr void check_rules() {
  using rules = runtime::checked_rules<Domain>;
  static_assert(rules::creates, "no command has creates = true");
  static_assert(rules::deadline, "deadline() has the wrong signature");
  static_assert(rules::wake_and_deadline,
                "deadline() and decide() for wake: one is missing or has the wrong signature");
  static_assert(rules::deadline_in_rows, "deadline_in_rows without deadline()");
  static_assert(rules::answer_of, "answer_of() has the wrong signature");
  static_assert(rules::at_rest, "at_rest() has the wrong signature");
  static_assert(rules::may_read, "may_read() has the wrong signature");
  static_assert(rules::view_of, "view_of() for a reader has the wrong signature");
  static_assert(rules::audience, "audience() has the wrong signature");
  static_assert(rules::upcast, "upcast() has the wrong signature, or its event has no version above 1");
}

template <class Domain, class Id>
entity_kind kind_of(visible_events which, std::vector<broadcast> broadcasts = {},
                    std::vector<audience_room> audience = {}) {
  check_rules<Domain>();
  return {.name = Domain::kind,
          .id_prefix = Id::prefix,
          .add = [](runtime::entity_host& host) { host.add<Domain>(); },
          .events = forms_of<Domain>(static_cast<typename Domain::events*>(nullptr), which),
          .broadcasts = std::move(broadcasts),
          .audience = std::move(audience),
          .replay = runtime::replay<Domain>,
          .empty_state = [] { return runtime::to_json(typename Domain::state{}); }};
}

} // namespace ainft
