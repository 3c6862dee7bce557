#include "actors/ai/job/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::ai_job {

using random_life::filler;

static void mend(filler&, const state&, create_job& c) {
  c.what.params = {};
  c.what.count = 1;
  c.what.priority = 5;
  c.what.time_limit = 600;
  c.what.source.reset();
  c.training.reset();
  c.what.kind = kind::image;
  c.what.prompt = *prompt_text::parse("a lake");
}

const replay_tests::registration<domain> registered;

} // namespace ainft::ai_job
