#include "actors/studios/asset/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::asset {

const replay_tests::registration<domain> registered;

} // namespace ainft::asset
