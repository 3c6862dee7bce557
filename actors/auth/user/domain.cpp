#include "actors/auth/user/domain.hpp"

namespace ainft::user {

runtime::result<events> decide(const state& s, const create_user& c, const runtime::decision_context& context) {
  if (s.id.is_nil())
    return events{user_created{c.id, c.wallet, context.now}};
  if (s.wallet == c.wallet)
    return events{};
  return runtime::refuse(runtime::errc::conflict, "this user has a different wallet");
}

void evolve(state& s, const domain::events& e) {
  const auto& created = std::get<user_created>(e);
  s = {created.id, created.wallet, created.at};
}

view view_of(const state& s) { return s; }

} // namespace ainft::user
