#include "actors/studios/studio/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::studio {

const replay_tests::registration<domain> registered;

} // namespace ainft::studio
