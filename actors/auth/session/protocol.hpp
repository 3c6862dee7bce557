#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

namespace ainft::session {

/// SHA-256 of a refresh token as 64 hexadecimal digits. The token itself is never stored.
class token_hash : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{"", "must be 64 hexadecimal digits", "^[0-9a-f]{64}$"};
  static runtime::result<token_hash> parse(std::string_view text);
  /// The hash of a token's text.
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

/// Exchanges a refresh token for the next one. A token that was exchanged before ends the session, because a thief may
/// have it, or may have made the exchange.
/// But the answer may have been lost. So the previous token may be exchanged once more, within `grace` and by the same
/// client. The session has one current token at any time: the token from the first exchange is then invalid, and ends
/// the session if it is presented.
struct rotate_token {
  token_hash presented;
  token_hash next;
  runtime::time_point expires_at;
  /// Who presents the token: a hash of the token and of the client's characteristics. Without the token, it reveals
  /// nothing.
  std::optional<token_hash> client;
  uint32_t grace = 0; ///< seconds
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
  /// Version 1 has only the first two fields. The previous token is then not exchanged again.
  static constexpr uint16_t version = 2;
  token_hash refresh;
  runtime::time_point expires_at;
  std::optional<runtime::time_point> at;
  std::optional<token_hash> client; ///< as in rotate_token
  bool repeats = false;             ///< the previous token was exchanged once more
};
AINFT_DESCRIBE(token_rotated, refresh, expires_at, at, client, (repeats, defaulted))

AINFT_ENUM(revocation, logout, token_reuse)

struct session_revoked {
  revocation reason = revocation::logout;
  runtime::time_point at;
};
AINFT_DESCRIBE(session_revoked,
               (reason, about("`logout`: the user signed out. `token_reuse`: a refresh token was used twice.")),
               (at, about("When.")))
AINFT_ABOUT(session_revoked, "A session of yours has ended, here or on another device.")

struct view {
  session_id id;
  user_id user;
  runtime::time_point created_at;
  runtime::time_point expires_at;
  std::optional<runtime::time_point> revoked_at;
};
AINFT_DESCRIBE(view, id, (user, "user_id"), (created_at, about("When the user signed in.")),
               (expires_at, about("When the session ends by itself. Each refresh of the tokens moves it.")),
               (revoked_at, about("When it ended early: by a sign-out, or by a reuse of a refresh token.")))
AINFT_ABOUT(view, "A session: it begins with a sign-in, and its tokens are valid until it ends.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "session";
  using view = session::view;
};

} // namespace ainft::session
