#include "actors/auth/user/domain.hpp"
#include "actors/kind_of.hpp"

namespace ainft::user {

namespace {

/// Only the user may join the user's room.
task<runtime::answer> snapshot(const services& s, runtime::uuid topic, runtime::principal who) {
  if (topic != who.user)
    co_return runtime::refuse(runtime::errc::forbidden, "a user's room is open to that user only");
  co_return co_await ainft::view<domain>(s, topic, who);
}

} // namespace

capability make_capability() {
  capability out{"user"};
  out.kinds = {kind_of<domain, user_id>(visible_events::none)};
  out.rooms = {{.name = "user",
                .about =
                  "What concerns you: your studios, NFTs, listings, bids, purchases, transactions, AI jobs, agents "
                  "and sessions. Open to that user.",
                .id_prefix = user_id::prefix,
                .snapshot = snapshot}};
  return out;
}

} // namespace ainft::user
