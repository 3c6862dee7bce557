#pragma once

#include "actors/list_reader.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "tests/toy/pledge/protocol.hpp"

namespace ainft::pledge {

/// The query parameters of GET /v1/pledges.
struct filter {
  std::optional<user_id> owner_id;
  std::optional<phase> state;
};
AINFT_DESCRIBE(filter, (owner_id, about("Only those of this user.")), (state, about("Only those in this state.")))

/// Pledges in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<view> list(persistence::session& db, const list_reader& who, const filter& f,
                                     const http::page& page);

/// The first studio of the pledge's owner; none if there is no such pledge or studio.
[[nodiscard]] std::optional<studio_id> studio_of(persistence::session& db, const runtime::uuid& pledge);

} // namespace ainft::pledge
