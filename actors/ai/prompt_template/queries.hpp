#pragma once

#include "actors/ai/prompt_template/protocol.hpp"
#include "actors/list_reader.hpp"
#include "net/http/call.hpp"
#include "persistence/session.hpp"
#include "runtime/codec/describe.hpp"

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
  uint64_t uses = 0; ///< number of jobs that were ordered with it
  runtime::time_point created_at;
};
AINFT_DESCRIBE(summary, id, (studio_id, about("Its owner's studio.")), (owner_id, about("The user who created it.")),
               (name, about("1 to 80 characters.")), (description, about("What it makes; it may be empty.")),
               (visibility, about("Who may read and use it.")), (revision, about("The number of the latest version.")),
               (uses, about("The number of jobs that were ordered with it.")),
               (created_at, about("When the owner created it.")))
AINFT_ABOUT(summary, "A prompt template in a list.")

/// The query parameters of GET /v1/ai/prompt-templates.
struct filter {
  std::optional<ainft::studio_id> studio;
};
AINFT_DESCRIBE(filter, (studio, "studio_id", about("Only templates of this studio.")))

/// The templates of `who` in the order of their ids. Returns one more than the page's limit if there is another page.
[[nodiscard]] std::vector<summary> list(persistence::session& db, const list_reader& who, const filter& f,
                                        const http::page& page);

/// The public templates with the most uses, at most `count`.
[[nodiscard]] std::vector<summary> gallery(persistence::session& db, size_t count);

} // namespace ainft::prompt_template
