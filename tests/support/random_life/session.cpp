#include "actors/auth/session/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::session {

using random_life::filler;

static void mend(filler& f, const state& s, rotate_token& c) {
  if (f.one_in(2))
    c.presented = s.refresh;
}

const replay_tests::registration<domain> registered;

} // namespace ainft::session
