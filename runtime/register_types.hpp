#pragma once

namespace ainft::runtime {

/// Makes CAF's own messages and those of the runtime known to CAF; before an actor system is made.
void register_types();

} // namespace ainft::runtime
