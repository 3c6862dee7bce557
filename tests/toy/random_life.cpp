#include "tests/support/replay_tests.hpp"
#include "tests/toy/pledge/domain.hpp"

namespace ainft::pledge {

const replay_tests::registration<domain> registered;

} // namespace ainft::pledge
