#pragma once

#include "actors/services.hpp"

namespace ainft {

/// A thing that a body refers to at `pointer` and the caller must own. Refuses with errc::validation_failed where there is none,
/// and with errc::not_owner.
template <class Domain>
task<typename Domain::view> own(const services& s, const http::call& c, runtime::uuid id, const char* pointer) {
  auto found = co_await read<Domain>(s, id);
  if (!found && runtime::explain(found.error()).code == runtime::errc::not_found)
    co_return runtime::refuse_field(pointer, "must be the id of a " + std::string{Domain::kind} + " that exists");
  if (found && found->owner_id.get() != c.who.user)
    co_return caf::make_error(runtime::errc::not_owner, "this " + std::string{Domain::kind} + " belongs to someone else",
                              std::vector<runtime::field_error>{{pointer, "must be one of the caller's own"}});
  co_return found;
}

/// The thing of the path's id, which the caller must own. Refuses with errc::not_found and errc::not_owner.
template <class Domain, class Id>
task<typename Domain::view> own_of_path(const services& s, const http::call& c) {
  auto id = http::path_id<Id>(c);
  if (!id)
    co_return std::move(id.error());
  auto found = co_await read<Domain>(s, id->get(), c.who);
  if (found && found->owner_id.get() != c.who.user)
    co_return runtime::refuse(runtime::errc::not_owner, "this " + std::string{Domain::kind} + " belongs to someone else");
  co_return found;
}

} // namespace ainft
