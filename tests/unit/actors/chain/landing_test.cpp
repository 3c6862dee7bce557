#include "actors/chain/transaction/landing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::transaction;

constexpr uint64_t last_valid = 150;
const solana::chain_point before{180, 150}, after{200, 151};
const solana::signature_status unknown;

solana::signature_status seen(bool confirmed, std::string failure = {}) {
  return {true, confirmed, 120, std::move(failure)};
}

} // namespace

TEST(landing, expires_when_two_looks_at_a_node_that_is_far_enough_do_not_find_it) {
  landing l{last_valid};
  EXPECT_EQ(l.look(unknown, 200, after), verdict::open) << "one look is not enough";
  EXPECT_EQ(l.look(unknown, 201, after), verdict::expired);
}

TEST(landing, does_not_expire_by_a_node_that_lags_behind_the_finalized_block) {
  landing l{last_valid};
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(l.look(unknown, 199, after), verdict::open);
  EXPECT_EQ(l.look(seen(true), 205, after), verdict::confirmed);
}

TEST(landing, does_not_expire_before_the_finalized_chain_has_passed_its_last_valid_block) {
  landing l{last_valid};
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(l.look(unknown, 1'000, before), verdict::open);
}

TEST(landing, begins_to_count_again_when_it_was_seen_in_between) {
  landing l{last_valid};
  EXPECT_EQ(l.look(unknown, 200, after), verdict::open);
  EXPECT_EQ(l.look(seen(false), 201, after), verdict::open) << "processed, not confirmed";
  EXPECT_EQ(l.look(unknown, 202, after), verdict::open);
}

TEST(landing, tells_success_from_failure) {
  EXPECT_EQ(landing{last_valid}.look(seen(true), 1, before), verdict::confirmed);
  EXPECT_EQ(landing{last_valid}.look(seen(true, R"({"InstructionError":[0,{"Custom":1}]})"), 1, before),
            verdict::failed);
}

RC_GTEST_PROP(landing, never_expires_what_a_node_that_is_far_enough_has_confirmed, ()) {
  landing l{last_valid};
  unsigned counted = 0;
  for (int i = 0; i < 50; ++i) {
    const solana::chain_point finalized{*rc::gen::inRange<uint64_t>(100, 300), *rc::gen::inRange<uint64_t>(100, 200)};
    const auto slot = *rc::gen::inRange<uint64_t>(100, 300);
    counted += finalized.height > last_valid && slot >= finalized.slot;
    const auto v = l.look(unknown, slot, finalized);
    RC_ASSERT((v == verdict::expired) == (counted >= 2));
    if (v == verdict::expired)
      return;
  }
  RC_ASSERT(l.look(seen(true), 0, after) == verdict::confirmed);
}
