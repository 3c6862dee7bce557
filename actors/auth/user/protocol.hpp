#pragma once

#include "actors/ids.hpp"
#include "net/solana/types.hpp"
#include "runtime/codec/describe.hpp"
#include "runtime/messages.hpp"

namespace ainft::user {

/// Makes the user of a wallet that signed in for the first time.
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
AINFT_DESCRIBE(view, id, wallet, created_at)

} // namespace ainft::user

CAF_BEGIN_TYPE_ID_BLOCK(ainft_user, ainft::runtime::capability_type_ids(0))
  CAF_ADD_TYPE_ID(ainft_user, (ainft::user::create_user))
CAF_END_TYPE_ID_BLOCK(ainft_user)
