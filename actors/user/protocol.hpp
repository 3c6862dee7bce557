#pragma once

#include "actors/ids.hpp"
#include "net/solana/types.hpp"
#include "runtime/messages.hpp"

namespace ainft::user {

/// Makes the user of a wallet that signed in for the first time.
struct create_user {
  static constexpr bool creates = true;
  user_id id;
  solana::wallet_address wallet;
};

template <class Inspector>
bool inspect(Inspector& f, create_user& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("wallet", x.wallet));
}

struct user_created {
  user_id id;
  solana::wallet_address wallet;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, user_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("wallet", x.wallet), f.field("at", x.at));
}

struct view {
  user_id id;
  solana::wallet_address wallet;
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("wallet", x.wallet), f.field("created_at", x.created_at));
}

} // namespace ainft::user

CAF_BEGIN_TYPE_ID_BLOCK(ainft_user, ainft::runtime::capability_type_ids(0))
  CAF_ADD_TYPE_ID(ainft_user, (ainft::user::create_user))
CAF_END_TYPE_ID_BLOCK(ainft_user)
