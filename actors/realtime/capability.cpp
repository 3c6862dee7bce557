#include "actors/capability.hpp"

namespace ainft::realtime {

/// The rooms that belong to no other capability.
capability make_capability() {
  capability out{"realtime"};
  out.rooms = {
    {.name = "feed", .about = "New studios, mints, listings and sales. The snapshot is the latest 50 of them."},
    {.name = "journal",
     .about = "Every event that any room shows. The snapshot is the latest 50 of them.",
     .is_for_operators = true}};
  return out;
}

} // namespace ainft::realtime
