#pragma once

namespace ainft {

/// Runs the platform with the command line's settings until a signal stops it. Returns the exit code: 0 after an
/// orderly stop, 1 after an error, which it prints. Call add_capability() before, if at all.
int run_program(int argc, char** argv);

} // namespace ainft
