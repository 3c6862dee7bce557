#pragma once

#include "actors/ids.hpp"
#include "actors/money.hpp"
#include "runtime/codec/describe.hpp"

#include <vector>

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

/// A public key as a JWK (RFC 7517; Ed25519 keys: RFC 8037).
struct jwk {
  std::string kty = "OKP";
  std::string crv = "Ed25519";
  std::string x;
  std::string kid;
  std::string alg = "EdDSA";
  std::string use = "sig";
};
AINFT_DESCRIBE(jwk, (kty, about("The type of the key: `OKP`.")), (crv, about("The curve: `Ed25519`.")),
               (x, about("The public key: 32 bytes in base64url.")),
               (kid, about("The key's id, as in the header of a token: its thumbprint (RFC 7638).")),
               (alg, about("The algorithm of the signatures: `EdDSA`.")),
               (use, about("The use of the key, to verify signatures: `sig`.")))
AINFT_ABOUT(jwk, "A public key (RFC 7517).")

struct jwk_set {
  std::vector<jwk> keys;
};
AINFT_DESCRIBE(jwk_set, (keys, about("The keys. The platform has one.")))
AINFT_ABOUT(jwk_set, "A set of public keys (RFC 7517).")

/// Signs and verifies access tokens with one Ed25519 key (JWS, RFC 7515; EdDSA, RFC 8037).
class token_signer {
public:
  explicit token_signer(const solana::key_pair& key);

  [[nodiscard]] std::string sign(const claims& what) const;

  /// The claims of a token that this key signed and that has not expired at `now`. Refuses others with
  /// errc::token_invalid.
  [[nodiscard]] runtime::result<claims> verify(std::string_view token, runtime::time_point now) const;

  /// The public key as a jwk_set in JSON. Its id is its thumbprint (RFC 7638).
  [[nodiscard]] const std::string& jwks() const noexcept { return jwks_; }

private:
  solana::key_pair key_;
  std::string header_; ///< in base64url, with the dot that follows
  std::string jwks_;
};

} // namespace ainft::session
