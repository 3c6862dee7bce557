#include "actors/ai/prompt_template/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::prompt_template {

using random_life::filler;

static void mend(filler&, const state&, create_template& c) { c.what.content.variables.clear(); }

static void mend(filler&, const state&, change_template& c) {
  if (c.content)
    c.content->variables.clear();
}

const replay_tests::registration<domain> registered;

} // namespace ainft::prompt_template
