#include "actors/auth/session/domain.hpp"
#include "actors/auth/session/routes.hpp"
#include "actors/kind_of.hpp"

namespace ainft::session {

capability make_capability() {
  capability out{"session"};
  // Clients may see a session's end, but no other event of it.
  auto kind = kind_of<domain, session_id>(visible_events::none, {}, {{"user", "the user whose session it is"}});
  for (auto& form : kind.events)
    form.is_visible = form.name == "session.session_revoked";
  out.kinds = {std::move(kind)};
  out.routes = add_routes;
  return out;
}

} // namespace ainft::session
