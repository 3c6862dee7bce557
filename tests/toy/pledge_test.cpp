#include "tests/support/values.hpp"
#include "tests/toy/pledge/domain.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::pledge;
using namespace ainft::testing_values;
using runtime::errc;

const runtime::principal the_platform;
const auto owner = person(1), stranger = person(2);

/// A pledge that takes commands as an entity does.
struct trial {
  pledge::state s;

  template <class Command>
  errc give(const Command& c, const runtime::principal& who) {
    const auto decided = decide(s, c, {at(10), who});
    if (!decided)
      return code_of(decided);
    for (const auto& e : *decided)
      evolve(s, e);
    return errc::none;
  }
};

trial made() {
  trial out;
  EXPECT_EQ(
    out.give(make_pledge{pledge_id::make(), {*positive_lamports::parse("5000"), *note_text::parse("for art")}}, owner),
    errc::none);
  return out;
}

const transaction_id first = transaction_id::make(), second = transaction_id::make();
const solana::signature signature{};

} // namespace

TEST(pledge, is_paid_once_and_thanked) {
  auto t = made();
  EXPECT_EQ(t.give(begin_payment{first}, owner), errc::none);
  EXPECT_EQ(t.give(begin_payment{first}, owner), errc::none) << "a retry";
  EXPECT_EQ(t.give(begin_payment{second}, owner), errc::wrong_state) << "nobody pays twice";
  EXPECT_EQ(t.give(finish_payment{first, signature}, the_platform), errc::none);
  EXPECT_EQ(t.s.state, phase::paid);
  EXPECT_EQ(t.give(thank{}, the_platform), errc::none);
  EXPECT_EQ(t.give(thank{}, the_platform), errc::none) << "a retry";
  EXPECT_EQ(t.s.state, phase::thanked);
  EXPECT_EQ(t.give(begin_payment{second}, owner), already_paid);
}

TEST(pledge, is_open_again_when_its_transaction_failed) {
  auto t = made();
  t.give(begin_payment{first}, owner);
  EXPECT_EQ(t.give(finish_payment{second, signature}, the_platform), errc::none) << "of another payment";
  EXPECT_EQ(t.s.state, phase::paying);
  t.give(finish_payment{first, {}}, the_platform);
  EXPECT_EQ(t.s.state, phase::open);
  EXPECT_EQ(t.give(begin_payment{second}, owner), errc::none);
}

TEST(pledge, is_paid_by_its_owner_and_finished_by_the_platform) {
  auto t = made();
  EXPECT_EQ(t.give(begin_payment{first}, stranger), errc::not_owner);
  EXPECT_EQ(t.give(begin_payment{first}, owner), errc::none);
  EXPECT_EQ(t.give(finish_payment{first, signature}, owner), errc::forbidden);
  EXPECT_EQ(t.give(thank{}, owner), errc::forbidden);
  EXPECT_EQ(t.give(thank{}, the_platform), errc::wrong_state) << "it is not paid";
  EXPECT_EQ(t.give(make_pledge{t.s.id, {}}, stranger), errc::conflict);
}
