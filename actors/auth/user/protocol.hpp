#pragma once

#include "actors/ids.hpp"
#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

namespace ainft::user {

/// Creates the user of a wallet at its first sign-in.
struct create_user {
  static constexpr bool creates = true;
  user_id id;
  solana::wallet_address wallet;
};
AINFT_DESCRIBE(create_user, id, wallet)

struct user_created {
  user_id id;
  solana::wallet_address wallet;
  runtime::time_point at;
};
AINFT_DESCRIBE(user_created, id, wallet, at)

struct view {
  user_id id;
  solana::wallet_address wallet;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, (wallet, about("The Solana address of the wallet that signs in as this user.")),
               (created_at, about("When the wallet signed in for the first time.")))
AINFT_ABOUT(view, "A user: somebody who has signed in with a wallet.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "user";
  using view = user::view;
};

} // namespace ainft::user
