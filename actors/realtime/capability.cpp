#include "actors/capability.hpp"

namespace ainft::realtime {

/// The rooms that belong to no other capability.
capability make_capability() {
  capability out{"realtime"};
  out.rooms = {{.name = "feed"},
               {.name = "journal", .is_for_operators = true},
               {.name = "proposal", .id_prefix = "prp", .is_entity = true, .is_planned = true}};
  return out;
}

} // namespace ainft::realtime
