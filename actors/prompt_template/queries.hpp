#pragma once

#include "actors/prompt_template/protocol.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"

namespace ainft::prompt_template {

/// A template in a list.
struct summary {
  template_id id;
  ainft::studio_id studio_id;
  user_id owner_id;
  template_name name;
  description_text description;
  prompt_template::visibility visibility = visibility::studio;
  uint32_t revision = 1;
  uint64_t uses = 0; ///< jobs that were ordered with it
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, summary& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("studio_id", x.studio_id), f.field("owner_id", x.owner_id), f.field("name", x.name),
                            f.field("description", x.description), f.field("visibility", x.visibility), f.field("revision", x.revision),
                            f.field("uses", x.uses), f.field("created_at", x.created_at));
}

/// A user's templates by id, one more than the page's limit if there are more.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const user_id& owner, const std::optional<ainft::studio_id>& studio, const http::page& page);

/// The public templates that were used most, at most `count`.
[[nodiscard]] std::vector<summary> gallery(persistence::session& db, size_t count);

} // namespace ainft::prompt_template
