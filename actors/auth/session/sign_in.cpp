#include "actors/auth/session/sign_in.hpp"

#include "net/solana/base58.hpp"

#include <sodium.h>

namespace ainft::session {

std::string sign_in_message::text() const {
  return domain + " wants you to sign in with your Solana account:\n" + address.str()
         + "\n\nSigning in costs nothing and sends no transaction.\n\nURI: " + uri
         + "\nVersion: 1\nChain ID: " + chain_id + "\nNonce: " + nonce + "\nIssued At: " + issued_at.str()
         + "\nExpiration Time: " + expires_at.str();
}

std::string make_nonce() {
  std::array<char, 16> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return solana::base58_encode({bytes.data(), bytes.size()});
}

} // namespace ainft::session
