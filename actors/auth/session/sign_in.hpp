#pragma once

#include "actors/money.hpp"

namespace ainft::session {

/// What a wallet is asked to sign.
struct sign_in_message {
  std::string domain;
  wallet_address address;
  std::string uri;
  std::string chain_id;
  std::string nonce;
  runtime::time_point issued_at;
  runtime::time_point expires_at;

  /// The text that is signed (Sign-In with Solana, the message's ABNF).
  [[nodiscard]] std::string text() const;
};

/// 128 bits from the system's randomness in base 58, which is letters and digits only as the message demands.
[[nodiscard]] std::string make_nonce();

} // namespace ainft::session
