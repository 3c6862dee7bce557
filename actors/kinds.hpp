#pragma once

#include "runtime/entity_host.hpp"

namespace ainft {

/// Makes the messages of all kinds known to CAF; before an actor system is made.
void register_types();

/// Makes every kind of entity known to the host: one line each.
void add_kinds(runtime::entity_host& host);

} // namespace ainft
