#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

namespace ainft::session {

/// SHA-256 of a refresh token as 64 hexadecimal digits: the token itself is never stored.
class token_hash : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"", "must be 64 hexadecimal digits", "^[0-9a-f]{64}$"};
  static runtime::result<token_hash> parse(std::string_view text);
  /// Of the token's text.
  static token_hash of(std::string_view token);
  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const token_hash&, const token_hash&) = default;

private:
  std::string text_ = std::string(64, '0');
};

struct open_session {
  static constexpr bool creates = true;
  session_id id;
  user_id user;
  token_hash refresh;
  runtime::time_point expires_at;
};
AINFT_DESCRIBE(open_session, id, user, refresh, expires_at)

/// Exchanges a refresh token for the next one. One that was exchanged before ends the session: either it or the
/// exchange was stolen. But the answer may have been lost: the token before the current one is exchanged once more, within `grace` and for the same client. What the first
/// exchange gave is then no longer good, so that the session has one current token at any time; who comes with it ends the session.
struct rotate_token {
  token_hash presented;
  token_hash next;
  runtime::time_point expires_at;
  std::optional<token_hash> client; ///< who presents it: a hash of the token itself and of what tells this client from others, so that it says nothing without the token
  uint32_t grace = 0;               ///< seconds
};
AINFT_DESCRIBE(rotate_token, presented, next, expires_at, client, (grace, defaulted))

struct revoke_session {};
AINFT_DESCRIBE(revoke_session)

struct session_opened {
  session_id id;
  user_id user;
  token_hash refresh;
  runtime::time_point expires_at;
  runtime::time_point at;
};
AINFT_DESCRIBE(session_opened, id, user, refresh, expires_at, at)

struct token_rotated {
  static constexpr uint16_t version = 2; ///< 1 had the first two only: the token before is not exchanged again
  token_hash refresh;
  runtime::time_point expires_at;
  std::optional<runtime::time_point> at;
  std::optional<token_hash> client; ///< as in rotate_token
  bool repeats = false;             ///< the token before was exchanged once more
};
AINFT_DESCRIBE(token_rotated, refresh, expires_at, at, client, (repeats, defaulted))

AINFT_ENUM(revocation, logout, token_reuse)

struct session_revoked {
  revocation reason = revocation::logout;
  runtime::time_point at;
};
AINFT_DESCRIBE(session_revoked, reason, at)

struct view {
  session_id id;
  user_id user;
  runtime::time_point created_at;
  runtime::time_point expires_at;
  std::optional<runtime::time_point> revoked_at;
};
AINFT_DESCRIBE(view, id, (user, "user_id"), created_at, expires_at, revoked_at)

} // namespace ainft::session

CAF_BEGIN_TYPE_ID_BLOCK(ainft_session, ainft::runtime::capability_type_ids(1))
  CAF_ADD_TYPE_ID(ainft_session, (ainft::session::open_session))
  CAF_ADD_TYPE_ID(ainft_session, (ainft::session::rotate_token))
  CAF_ADD_TYPE_ID(ainft_session, (ainft::session::revoke_session))
CAF_END_TYPE_ID_BLOCK(ainft_session)
