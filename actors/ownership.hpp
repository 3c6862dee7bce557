#pragma once

#include "actors/services.hpp"
#include "actors/studios/studio/protocol.hpp"
#include "runtime/title_of.hpp"
#include "runtime/try.hpp"

namespace ainft {

/// Refuses with errc::forbidden (field `pointer`) if the caller is an agent and the studio is not its own. Users may
/// call for any studio.
[[nodiscard]] inline caf::error refuse_other_studio(const http::call& c, const studio_id& studio, const char* pointer) {
  if (!c.agent || c.agent->studio == studio.get())
    return {};
  return caf::make_error(runtime::errc::forbidden, "an agent may act only for its own studio",
                         std::vector<runtime::field_error>{{pointer, "must belong to the agent's studio"}});
}

/// Reads an entity that a body names at `pointer`, and that the caller must own. Refuses with errc::validation_failed
/// if the caller sees no such entity, and with errc::not_owner.
template <class Domain>
task<typename Domain::view> own(const services& s, const http::call& c, runtime::uuid id, const char* pointer) {
  auto found = co_await read<Domain>(s, id, c.who);
  if (!found && runtime::explain(found.error()).code == runtime::errc::not_found)
    co_return runtime::refuse_field(pointer,
                                    "must be the id of an existing " + std::string{runtime::title_of<Domain>()});
  if (found && found->owner_id.get() != c.who.user)
    co_return caf::make_error(runtime::errc::not_owner,
                              "this " + std::string{runtime::title_of<Domain>()} + " belongs to another user",
                              std::vector<runtime::field_error>{{pointer, "must belong to the caller"}});
  co_return found;
}

/// Reads the studio that a body names at `/studioId`. The caller must own it, and an agent must belong to it. Refuses
/// as own() and refuse_other_studio() do.
inline task<studio::view> own_studio(const services& s, const http::call& c, studio_id id) {
  if (auto bad = refuse_other_studio(c, id, "/studioId"))
    co_return bad;
  co_return co_await own<studio::entity>(s, c, id.get(), "/studioId");
}

/// Reads the entity with the id in the path. The caller must own it. Refuses with errc::not_found and errc::not_owner.
template <class Domain, class Id>
task<typename Domain::view> own_of_path(const services& s, const http::call& c) {
  AINFT_CO_TRY(id, http::path_id<Id>(c));
  auto found = co_await read<Domain>(s, id.get(), c.who);
  if (found && found->owner_id.get() != c.who.user)
    co_return runtime::refuse(runtime::errc::not_owner,
                              "this " + std::string{runtime::title_of<Domain>()} + " belongs to another user");
  co_return found;
}

} // namespace ainft
