#include "actors/auth/user/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::user {

const replay_tests::registration<domain> registered;

} // namespace ainft::user
