#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/codec/describe.hpp"

namespace ainft::session {

/// The claims of an access token (JWT, RFC 7519).
struct claims {
  std::string iss;
  user_id sub;
  session_id sid;
  wallet_address wallet;
  uint64_t iat = 0; ///< Unix time in seconds
  uint64_t exp = 0;
};
AINFT_DESCRIBE(claims, iss, sub, sid, wallet, iat, exp)

/// Signs and verifies access tokens with one Ed25519 key (JWS, RFC 7515; EdDSA, RFC 8037).
class token_signer {
public:
  explicit token_signer(const solana::key_pair& key);

  [[nodiscard]] std::string sign(const claims& what) const;

  /// The claims of a token that this key signed and that has not expired at `now`. Refuses others with
  /// errc::token_invalid.
  [[nodiscard]] runtime::result<claims> verify(std::string_view token, runtime::time_point now) const;

  /// The public key as a JWK set (RFC 7517). Its id is its thumbprint (RFC 7638).
  [[nodiscard]] const std::string& jwks() const noexcept { return jwks_; }

private:
  solana::key_pair key_;
  std::string header_; ///< in base64url, with the dot that follows
  std::string jwks_;
};

} // namespace ainft::session
