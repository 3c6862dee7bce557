#pragma once

namespace ainft::runtime {

/// Registers the message types of CAF and of the runtime with CAF. Call it before you create an actor system.
void register_types();

} // namespace ainft::runtime
