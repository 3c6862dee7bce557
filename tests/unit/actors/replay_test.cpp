// After any commands, three states are the same: the live one, the one from the journal, and the one from a snapshot.
#include "actors/capability.hpp"
#include "tests/support/replay_tests.hpp"

#include <gmock/gmock.h>

namespace {

using namespace ainft;

std::vector<std::string> kind_names() {
  std::vector<std::string> out;
  for (const auto& [name, kind] : replay_tests::kinds())
    out.emplace_back(name);
  return out;
}

struct replay : testing::TestWithParam<std::string> {
  static const replay_tests::kind& kind() { return replay_tests::kinds().at(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(, replay, testing::ValuesIn(kind_names()), [](const auto& kind) { return kind.param; });

} // namespace

TEST_P(replay, makes_what_was_and_so_does_a_snapshot) {
  EXPECT_TRUE(rc::check("the living state = its events applied again = its snapshot and what came after",
                        [] { kind().expect_the_same_of_any_life(); }));
}

// The property above is worthless if the random commands miss an event type.
TEST_P(replay, of_random_commands_meets_every_event) {
  std::set<std::string> seen;
  for (uint64_t seed = 1; seed <= 500; ++seed)
    seen.merge(kind().types_of_life(seed, 300));
  EXPECT_THAT(seen, testing::IsSupersetOf(kind().event_types));
}

TEST(replay_tests, have_every_kind) {
  for (const auto* k : all_of(&capability::kinds))
    EXPECT_TRUE(replay_tests::kinds().contains(k->name))
      << "tests/support/random_life/" << k->name << ".cpp is missing; see tests/support/replay_tests.hpp";
}
