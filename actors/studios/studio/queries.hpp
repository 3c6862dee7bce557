#pragma once

#include "actors/list_reader.hpp"
#include "actors/studios/studio/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"

namespace ainft::studio {

struct filter {
  std::optional<user_id> owner;
  std::optional<runtime::slug> slug;
};
AINFT_DESCRIBE(filter, (owner, "owner_id", about("Only studios of this user.")),
               (slug, about("Only the studio with this name in URLs.")))

/// Studios in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<view> list(persistence::session& db, const list_reader& who, const filter& f,
                                     const http::page& page);

} // namespace ainft::studio
