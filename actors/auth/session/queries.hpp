#pragma once

#include "actors/auth/session/sign_in.hpp"
#include "actors/ids.hpp"
#include "persistence/session.hpp"

namespace ainft::session {

/// Stores an issued message, and deletes some of those that have expired.
bool store_nonce(persistence::session& db, const sign_in_message& message);

/// Consumes the nonce of exactly this message. Returns false if it is unknown, used or expired.
[[nodiscard]] bool take_nonce(persistence::session& db, const wallet_address& address, const std::string& message);

/// The user with this wallet, if it has signed in before.
[[nodiscard]] std::optional<user_id> find_user(persistence::session& db, const wallet_address& wallet);

} // namespace ainft::session
