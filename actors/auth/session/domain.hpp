#pragma once

#include "actors/auth/session/protocol.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/decision.hpp"

namespace ainft::session {

/// The token before the current one, as long as it may be exchanged once more.
struct previous_token {
  token_hash refresh;
  runtime::time_point exchanged_at;
  token_hash client;
};
AINFT_DESCRIBE(previous_token, refresh, exchanged_at, client)

struct state {
  view shown;
  token_hash refresh;
  std::vector<token_hash> exchanged; ///< the latest exchanged tokens, to detect reuse
  std::optional<previous_token> previous;
};
AINFT_DESCRIBE(state, shown, refresh, exchanged, previous)

struct domain : entity {
  using state = session::state;
  using commands = std::variant<open_session, rotate_token, revoke_session>;
  using events = std::variant<session_opened, token_rotated, session_revoked>;
  static constexpr uint16_t state_version = 1;
};

using events = std::vector<domain::events>;

runtime::result<events> decide(const state& s, const open_session& c, const runtime::decision_context& context);
/// Refuses with errc::token_invalid. A token that was exchanged before, and may not be exchanged again, ends the
/// session. The answer then shows the session as revoked.
runtime::result<events> decide(const state& s, const rotate_token& c, const runtime::decision_context& context);
runtime::result<events> decide(const state& s, const revoke_session& c, const runtime::decision_context& context);
void evolve(state& s, const domain::events& e);
view view_of(const state& s);
bool may_read(const state& s, const runtime::principal& who);
void project(const state& s, const domain::events& e, const runtime::decision_context& context,
             runtime::row_writes& rows);
/// The session's user.
[[nodiscard]] std::vector<runtime::uuid> audience(const state& before, const domain::events& e);

} // namespace ainft::session
