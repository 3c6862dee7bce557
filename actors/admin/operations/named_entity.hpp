#pragma once

#include "actors/capability.hpp"
#include "net/http/call.hpp"
#include "runtime/registered_name.hpp"

namespace ainft::operations {

/// The kinds of entities of this program.
struct kinds {
  static constexpr std::string_view description = "a kind of entity";
  static std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto* k : all_of(&capability::kinds))
      out.emplace_back(k->name);
    return out;
  }
};
using kind_name = runtime::registered_name<kinds>;

/// The id of an entity of any kind.
class any_id : public runtime::text_value {
public:
  static constexpr runtime::text_schema schema{
    "", "must be a UUID or a TypeID",
    "^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z_]+_[0-7][0-9a-hjkmnp-tv-z]{25})$"};

  any_id() = default;
  explicit any_id(const runtime::uuid& id) : id_{id} {}
  static runtime::result<any_id> parse(std::string_view text) {
    auto id = runtime::uuid::parse(text);
    if (!id)
      id = runtime::parse_any_typeid(text);
    if (id)
      return any_id{*id};
    return runtime::refuse(runtime::errc::validation_failed, std::string{schema.description});
  }
  [[nodiscard]] std::string str() const { return id_.str(); }
  [[nodiscard]] const runtime::uuid& get() const noexcept { return id_; }

private:
  runtime::uuid id_;
};

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
  auto id = any_id::parse(c.parameters.at(1));
  if (!id)
    return runtime::refuse_field("/path/id", runtime::explain(id.error()).detail);
  return named_entity{kind, id->get()};
}

/// Describes the path parameters of a route to an entity.
inline http::route& takes_entity(http::route& r) {
  return r.takes<kind_name>("The kind of the entity.").takes<any_id>("The entity: a UUID or a TypeID.");
}

} // namespace ainft::operations
