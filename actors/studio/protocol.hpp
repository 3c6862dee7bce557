#pragma once

#include "actors/ids.hpp"
#include "runtime/messages.hpp"
#include "runtime/text.hpp"

namespace ainft::studio {

using studio_name = runtime::display_text<80>;
using description_text = runtime::paragraph_text<0, 2000>;

/// The body of POST /v1/studios.
struct new_studio {
  studio_name name;
  runtime::slug slug;
  description_text description;
};

template <class Inspector>
bool inspect(Inspector& f, new_studio& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("slug", x.slug),
                            f.field("description", x.description).fallback(description_text{}));
}

struct create_studio {
  static constexpr bool creates = true;
  studio_id id;
  new_studio what;
};

template <class Inspector>
bool inspect(Inspector& f, create_studio& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("what", x.what));
}

/// The body of PATCH /v1/studios/{id}: what is absent stays.
struct change_studio {
  std::optional<studio_name> name;
  std::optional<runtime::slug> slug;
  std::optional<description_text> description;
};

template <class Inspector>
bool inspect(Inspector& f, change_studio& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("slug", x.slug), f.field("description", x.description));
}

struct studio_created {
  studio_id id;
  user_id owner;
  new_studio what;
  runtime::time_point at;
};

template <class Inspector>
bool inspect(Inspector& f, studio_created& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner", x.owner), f.field("what", x.what), f.field("at", x.at));
}

struct studio_changed {
  change_studio what;
};

template <class Inspector>
bool inspect(Inspector& f, studio_changed& x) {
  return f.object(x).fields(f.field("what", x.what));
}

struct view {
  studio_id id;
  user_id owner_id;
  studio_name name;
  runtime::slug slug;
  description_text description;
  runtime::time_point created_at;
};

template <class Inspector>
bool inspect(Inspector& f, view& x) {
  return f.object(x).fields(f.field("id", x.id), f.field("owner_id", x.owner_id), f.field("name", x.name),
                            f.field("slug", x.slug), f.field("description", x.description),
                            f.field("created_at", x.created_at));
}

} // namespace ainft::studio

CAF_BEGIN_TYPE_ID_BLOCK(ainft_studio, ainft::runtime::capability_type_ids(2))
  CAF_ADD_TYPE_ID(ainft_studio, (ainft::studio::create_studio))
  CAF_ADD_TYPE_ID(ainft_studio, (ainft::studio::change_studio))
CAF_END_TYPE_ID_BLOCK(ainft_studio)
