#include "actors/studios/studio/domain.hpp"

namespace ainft::studio {

using runtime::errc;
using runtime::refuse;

runtime::result<events> decide(const state& s, const create_studio& c, const runtime::decision_context& context) {
  if (s.id.is_nil())
    return events{studio_created{c.id, user_id{context.who.user}, c.what, context.now}};
  // A retry: the answer to the first request was lost.
  if (s.owner_id.get() == context.who.user && s.slug == c.what.slug)
    return events{};
  return refuse(errc::conflict, "this studio already exists");
}

runtime::result<events> decide(const state& s, const change_studio& c, const runtime::decision_context& context) {
  if (s.owner_id.get() != context.who.user)
    return refuse(errc::not_owner, "only the studio's owner may change it");
  const bool changes = (c.name && *c.name != s.name) || (c.slug && *c.slug != s.slug)
                       || (c.description && *c.description != s.description);
  return changes ? events{studio_changed{c}} : events{};
}

namespace {

void apply(state& s, const studio_created& e) {
  s = {e.id, e.owner, e.what.name, e.what.slug, e.what.description, e.at};
}

void apply(state& s, const studio_changed& e) {
  s.name = e.what.name.value_or(s.name);
  s.slug = e.what.slug.value_or(s.slug);
  s.description = e.what.description.value_or(s.description);
}

} // namespace

void evolve(state& s, const domain::events& e) {
  std::visit([&s](const auto& x) { apply(s, x); }, e);
}

std::vector<runtime::uuid> audience(const state& before, const domain::events& e) {
  const auto* created = std::get_if<studio_created>(&e);
  return {(created ? created->owner : before.owner_id).get()};
}

view view_of(const state& s) { return s; }

} // namespace ainft::studio
