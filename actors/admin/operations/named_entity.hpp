#pragma once

#include "actors/services.hpp"
#include "net/http/call.hpp"

namespace ainft::operations {

/// An entity that a path names.
struct named_entity {
  std::string_view kind;
  runtime::uuid id;
};

/// The entity in the path's first two parameters: a kind, and a UUID or a TypeID. Refuses an unknown kind with
/// errc::not_found, and an invalid id with errc::validation_failed.
[[nodiscard]] inline runtime::result<named_entity> entity_of(const services& s, const http::call& c) {
  const auto kind = s.host.name_of(c.parameters.at(0));
  if (kind.empty())
    return runtime::refuse(runtime::errc::not_found, "no such kind of entity");
  const auto text = c.parameters.at(1);
  auto id = runtime::uuid::parse(text);
  if (!id)
    id = runtime::parse_any_typeid(text);
  if (!id)
    return runtime::refuse_field("/path/id", "must be a UUID or a TypeID");
  return named_entity{kind, *id};
}

} // namespace ainft::operations
