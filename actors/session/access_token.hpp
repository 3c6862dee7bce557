#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"

namespace ainft::session {

/// What an access token says (JWT, RFC 7519).
struct claims {
  std::string iss;
  user_id sub;
  session_id sid;
  wallet_address wallet;
  uint64_t iat = 0; ///< seconds since 1970
  uint64_t exp = 0;
};

template <class Inspector>
bool inspect(Inspector& f, claims& x) {
  return f.object(x).fields(f.field("iss", x.iss), f.field("sub", x.sub), f.field("sid", x.sid), f.field("wallet", x.wallet),
                            f.field("iat", x.iat), f.field("exp", x.exp));
}

/// Signs and checks access tokens with one Ed25519 key (JWS, RFC 7515; EdDSA, RFC 8037).
class token_signer {
public:
  explicit token_signer(solana::key_pair key);

  [[nodiscard]] std::string sign(const claims& what) const;

  /// The claims of a token that this key signed and that has not expired at `now`; errc::token_invalid otherwise.
  [[nodiscard]] runtime::result<claims> verify(std::string_view token, runtime::time_point now) const;

  /// The public key as a JWK set (RFC 7517), its id the key's thumbprint (RFC 7638).
  [[nodiscard]] const std::string& jwks() const noexcept { return jwks_; }

private:
  solana::key_pair key_;
  std::string header_; ///< base64url, and the dot after it
  std::string jwks_;
};

} // namespace ainft::session
