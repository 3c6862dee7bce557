#pragma once

#include "actors/auth/session/sign_in.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"

namespace ainft::session {

/// Keeps a message that was given out, and drops those that have expired.
bool store_nonce(persistence::session& db, const sign_in_message& message);

/// Uses up the nonce of exactly this message; false when there is none, or no longer.
[[nodiscard]] bool take_nonce(persistence::session& db, const wallet_address& address, const std::string& message);

/// The user of a wallet, if it has signed in before.
[[nodiscard]] std::optional<user_id> find_user(persistence::session& db, const wallet_address& wallet);

} // namespace ainft::session
