#pragma once

#include "runtime/decision.hpp"
#include "tests/toy/pledge/protocol.hpp"

namespace ainft::pledge {

using state = view;

struct domain : entity {
  using state = pledge::state;
  using commands = std::variant<make_pledge, begin_payment, finish_payment, thank>;
  using events = std::variant<pledge_made, payment_begun, payment_failed, pledge_paid, pledge_thanked>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

/// Refuses with errc::conflict if the pledge exists already, except for a retry of the same user.
runtime::result<events> decide(const state& s, const make_pledge& c, const runtime::decision_context& context);
/// Refuses with errc::not_owner any other user than the owner, with already_paid a paid pledge, and with
/// errc::wrong_state one that another transaction pays.
runtime::result<events> decide(const state& s, const begin_payment& c, const runtime::decision_context& context);
/// Refuses with errc::forbidden everybody but the platform. Ignores a transaction that does not pay the pledge.
runtime::result<events> decide(const state& s, const finish_payment& c, const runtime::decision_context& context);
/// Refuses with errc::forbidden everybody but the platform, and with errc::wrong_state a pledge that is not paid.
runtime::result<events> decide(const state& s, const thank& c, const runtime::decision_context& context);

/// Refuses with already_paid a paid pledge, and with errc::wrong_state one that another transaction pays.
[[nodiscard]] caf::error may_pay(const view& s);

void evolve(state& s, const domain::events& e);
view view_of(const state& s);
/// The owner, whose sockets also get the pledge's events.
std::vector<runtime::uuid> audience(const state& before, const domain::events& e);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// Everybody may read a pledge.
bool may_read(const state& s, const runtime::principal& who);

} // namespace ainft::pledge
