#pragma once

#include "actors/money.hpp"

namespace ainft::session {

/// The message that a wallet signs to sign in.
struct sign_in_message {
  std::string domain;
  wallet_address address;
  std::string uri;
  std::string chain_id;
  std::string nonce;
  runtime::time_point issued_at;
  runtime::time_point expires_at;

  /// The text to sign (Sign-In with Solana, ABNF message format).
  [[nodiscard]] std::string text() const;
};

/// 128 random bits in base58. The message format allows only letters and digits.
[[nodiscard]] std::string make_nonce();

} // namespace ainft::session
