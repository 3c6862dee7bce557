#pragma once

#include "actors/auth/user/protocol.hpp"
#include "runtime/decision.hpp"

namespace ainft::user {

using state = view;

struct domain : entity {
  using state = user::state;
  using commands = std::variant<create_user>;
  using events = std::variant<user_created>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

/// Idempotent: the same wallet again changes nothing. Refuses another wallet with errc::conflict.
runtime::result<events> decide(const state& s, const create_user& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);

} // namespace ainft::user
