#include "actors/money.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

#include <numeric>

namespace {

using namespace ainft;
using namespace ainft::testing_values;

uint64_t paid_to(const std::vector<payout>& parts, const wallet_address& who) {
  uint64_t out = 0;
  for (const auto& p : parts)
    if (p.to == who)
      out += p.amount.get();
  return out;
}

/// 1 to 5 creators whose shares sum to 100. Some may be the seller or the reserve.
std::vector<creator_share> any_creators() {
  const auto count = *rc::gen::inRange<size_t>(1, 6);
  const auto first = *rc::gen::inRange<uint8_t>(1, 10);
  std::vector<creator_share> out;
  unsigned left = 100;
  for (size_t i = 0; i < count; ++i) {
    const auto share = i + 1 == count ? left : *rc::gen::inRange<unsigned>(0, left + 1);
    left -= share;
    out.push_back({wallet(static_cast<uint8_t>(first + i)), static_cast<uint8_t>(share)});
  }
  return out;
}

} // namespace

RC_GTEST_PROP(split_sale, always_sums_to_the_price_or_is_refused, ()) {
  const auto price = *rc::gen::oneOf(rc::gen::inRange<uint64_t>(0, 100'000), rc::gen::arbitrary<uint64_t>());
  const auto royalty = *rc::gen::oneOf(rc::gen::inRange<uint16_t>(0, 10'001), rc::gen::arbitrary<uint16_t>());
  const auto fee = *rc::gen::oneOf(rc::gen::inRange<uint16_t>(0, 10'001), rc::gen::arbitrary<uint16_t>());
  const auto parts = split_sale(lamports{price}, royalty, any_creators(), fee, wallet(1), wallet(2));
  RC_ASSERT(static_cast<bool>(parts) == (royalty + fee <= 10'000));
  if (!parts) {
    RC_ASSERT(pointer_of(parts) == "/royaltyBps");
    return;
  }
  unsigned __int128 sum = 0;
  for (const auto& p : *parts) {
    RC_ASSERT(p.amount.get() > 0u);
    sum += p.amount.get();
  }
  RC_ASSERT(sum == price);
}

TEST(split_sale, refuses_shares_that_are_not_a_whole) {
  const std::vector<creator_share> creators{{wallet(3), 60}, {wallet(4), 50}};
  EXPECT_EQ(pointer_of(split_sale(lamports{1'000}, 500, creators, 0, wallet(1), wallet(2))), "/creators");
}

RC_GTEST_PROP(split_sale, never_takes_more_than_the_royalty_and_the_fee_from_the_seller, ()) {
  const auto price = *rc::gen::arbitrary<uint64_t>();
  const auto royalty = *rc::gen::inRange<uint16_t>(0, 5'000);
  const auto fee = *rc::gen::inRange<uint16_t>(0, 5'000);
  const std::vector<creator_share> creators{{wallet(3), 60}, {wallet(4), 40}};
  const auto parts = *split_sale(lamports{price}, royalty, creators, fee, wallet(1), wallet(2));
  const auto of = [price](uint64_t bps) {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(price) * bps / 10'000);
  };
  RC_ASSERT(paid_to(parts, wallet(1)) == price - of(royalty) - of(fee));
  RC_ASSERT(paid_to(parts, wallet(2)) == of(fee));
  RC_ASSERT(paid_to(parts, wallet(3)) + paid_to(parts, wallet(4)) == of(royalty));
}

TEST(split_sale, gives_what_division_leaves_over_to_the_first_creator) {
  const std::vector<creator_share> creators{{wallet(3), 34}, {wallet(4), 33}, {wallet(5), 33}};
  const auto parts = *split_sale(lamports{1'000}, 1'000, creators, 0, wallet(1), wallet(2));
  EXPECT_EQ(paid_to(parts, wallet(1)), 900u);
  EXPECT_EQ(paid_to(parts, wallet(3)), 34u);
  const auto odd = *split_sale(lamports{70}, 1'000, creators, 0, wallet(1), wallet(2));
  EXPECT_EQ(paid_to(odd, wallet(3)), 3u); // 7 lamports: 2 for each creator, and the remainder of 1 for the first
  EXPECT_EQ(paid_to(odd, wallet(4)), 2u);
}

TEST(split_sale, pays_one_who_is_creator_and_seller_once) {
  const auto parts = *split_sale(lamports{10'000}, 500, {{wallet(1), 100}}, 250, wallet(1), wallet(2));
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0], (payout{wallet(1), lamports{9'750}}));
  EXPECT_EQ(parts[1], (payout{wallet(2), lamports{250}}));
}

TEST(check_creators, names_what_is_wrong_with_them) {
  EXPECT_FALSE(check_creators({}));
  EXPECT_FALSE(check_creators({{wallet(1), 100}}));
  const auto fields = [](const caf::error& e) { return runtime::explain(e).fields; };
  EXPECT_EQ(fields(check_creators({{wallet(1), 99}})).at(0).pointer, "/creators");
  EXPECT_EQ(fields(check_creators({{wallet(1), 50}, {wallet(1), 50}})).at(0).pointer, "/creators/1/address");
  EXPECT_EQ(fields(check_creators(std::vector<creator_share>(6, {wallet(1), 10}))).at(0).pointer, "/creators");
}
