#pragma once

#include "actors/ids.hpp"
#include "runtime/codec/describe.hpp"
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
AINFT_DESCRIBE(new_studio, (name, about("What people call it.")),
               (slug, about("Its name in URLs. No two studios have the same.")),
               (description, defaulted, about("What it makes. Empty if absent.")))
AINFT_ABOUT(new_studio, "A studio to create.")

struct create_studio {
  static constexpr bool creates = true;
  studio_id id;
  new_studio what;
};
AINFT_DESCRIBE(create_studio, id, what)

/// The body of PATCH /v1/studios/{id}: absent fields stay as they are.
struct change_studio {
  std::optional<studio_name> name;
  std::optional<runtime::slug> slug;
  std::optional<description_text> description;
};
AINFT_DESCRIBE(change_studio, (name, about("What people call it.")),
               (slug, about("Its name in URLs. No two studios have the same.")), (description, about("What it makes.")))
AINFT_ABOUT(change_studio, "Changes of a studio. Absent fields stay as they are.")

struct studio_created {
  static constexpr bool shows_view = true;
  studio_id id;
  user_id owner;
  new_studio what;
  runtime::time_point at;
};
AINFT_DESCRIBE(studio_created, id, owner, what, at)
AINFT_ABOUT(studio_created, "Somebody has created a studio. `data` is the studio.")

struct studio_changed {
  change_studio what;
};
AINFT_DESCRIBE(studio_changed, what)
AINFT_ABOUT(studio_changed, "The owner has changed the studio. `data` has the members that changed.")
[[nodiscard]] inline change_studio shown(const studio_changed& e) { return e.what; }

struct view {
  studio_id id;
  user_id owner_id;
  studio_name name;
  runtime::slug slug;
  description_text description;
  runtime::time_point created_at;
};
AINFT_DESCRIBE(view, id, (owner_id, about("The user who created the studio.")), (name, about("What people call it.")),
               (slug, about("Its name in URLs. No two studios have the same.")),
               (description, about("What it makes; may be empty.")), (created_at, about("When the owner created it.")))
AINFT_ABOUT(view, "A studio, in which its owner makes NFTs.")

/// For other capabilities: the kind's name and view, for read() and command() in actors/services.hpp.
struct entity {
  static constexpr std::string_view kind = "studio";
  using view = studio::view;
};

} // namespace ainft::studio
