#include "actors/auth/session/domain.hpp"
#include "actors/auth/session/routes.hpp"
#include "actors/kind_of.hpp"

namespace ainft::session {

capability make_capability() {
  capability out{"session"};
  // Clients may see a session's end, but no other event of it.
  auto kind = kind_of<domain, session_id>(visible_events::all);
  std::erase_if(kind.shown, [](const event_form& e) { return e.name != "session.session_revoked"; });
  out.kinds = {std::move(kind)};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::session
