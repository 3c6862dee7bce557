#include "actors/chain/sponsor/cost.hpp"
#include "actors/market/listing/funds.hpp"
#include "actors/market/listing/sale.hpp"
#include "tests/support/journeys.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::sponsor;
using namespace ainft::testing;
using namespace ainft::testing_values;
using namespace ainft::solana;
using runtime::errc;

const auto payer = wallet(1), buyer = wallet(2), seller = wallet(3), mint = wallet(4);
const auto account_rent = rent_of(token_account_size);

runtime::result<lamports> most(const std::vector<instruction>& instructions) {
  const auto c = cost_of(compiled(payer, instructions));
  if (!c)
    return c.error();
  return most_of(*c, account_rent);
}

instruction touching_payer(const public_key& program, std::string data) {
  return {program, {{payer, true, true}}, std::move(data)};
}

} // namespace

TEST(sponsored_cost, of_a_purchase_is_its_two_signatures) {
  const auto c = cost_of(purchase_message(payer, seller, buyer, mint, lamports{5'000'000'000}));
  ASSERT_TRUE(c);
  EXPECT_EQ(c->fee, lamports{10'000});
  EXPECT_EQ(c->moved, lamports{});
  EXPECT_EQ(c->token_accounts, 0u) << "the buyer pays for his own token account";
}

TEST(sponsored_cost, of_a_mint_is_three_signatures_the_mint_s_rent_and_a_token_account) {
  const auto c = cost_of(mint_message(payer, seller, mint));
  ASSERT_TRUE(c);
  EXPECT_EQ(c->fee, lamports{15'000});
  EXPECT_EQ(c->token_accounts, 1u);
  EXPECT_GT(c->moved, rent_of(234));
  EXPECT_EQ(*most_of(*c, account_rent), lamports{15'000 + c->moved.get() + account_rent.get()});
}

TEST(sponsored_cost, counts_the_priority_fee_rounded_up) {
  const auto pay = system_program::transfer(buyer, seller, lamports{1});
  EXPECT_EQ(*most({compute_budget_program::set_compute_unit_limit(100'000),
                   compute_budget_program::set_compute_unit_price(3), pay}),
            lamports{10'001});
  EXPECT_EQ(*most({compute_budget_program::set_compute_unit_price(1'000'000), pay, pay}), lamports{10'000 + 400'000})
    << "200,000 units an instruction where no limit is set";
}

TEST(sponsored_cost, counts_what_goes_out_and_not_what_comes_in) {
  EXPECT_EQ(*most({system_program::transfer(payer, seller, lamports{7})}), lamports{5'007});
  EXPECT_EQ(*most({system_program::transfer(seller, payer, lamports{7})}), lamports{10'000});
  EXPECT_EQ(code_of(most({system_program::transfer(payer, seller, lamports{UINT64_MAX}),
                          system_program::transfer(payer, buyer, lamports{1})})),
            errc::forbidden);
  EXPECT_EQ(code_of(most({system_program::transfer(payer, seller, lamports{UINT64_MAX})})), errc::forbidden)
    << "the fee comes on top";
}

TEST(sponsored_cost, of_an_approval_is_its_two_signatures) {
  EXPECT_EQ(*most(listing::approve_instructions(mint, seller, payer)), lamports{10'000});
  EXPECT_EQ(*most(listing::revoke_instructions(mint, seller)), lamports{10'000});
  const auto approved_by_payer = listing::approve_instructions(mint, payer, buyer);
  EXPECT_EQ(code_of(most(approved_by_payer)), errc::forbidden) << "tokens of the platform's own";
}

TEST(sponsored_cost, refuses_what_could_take_lamports_in_an_unknown_way) {
  const std::string assign("\x01\0\0\0", 4), allocate("\x08\0\0\0", 4);
  for (const auto& i :
       {touching_payer(wallet(99), "anything"), touching_payer(program::system(), assign + std::string(32, 'x')),
        touching_payer(program::system(), allocate), touching_payer(program::system(), ""),
        touching_payer(program::memo(), "hello"), touching_payer(program::token_2022(), std::string(1, '\x09')),
        touching_payer(program::associated_token(), std::string(1, '\x02'))})
    EXPECT_EQ(code_of(most({i})), errc::forbidden);
  EXPECT_EQ(*most({memo_program::memo("a program that is not given the fee payer takes nothing from it", {buyer})}),
            lamports{10'000});
}

RC_GTEST_PROP(sponsored_cost, is_never_less_than_what_the_chain_takes_and_exact_for_what_succeeds_first, ()) {
  ledger chain{payer};
  const auto steps = *rc::gen::inRange(1, 30);
  for (int n = 0; n < steps; ++n) {
    const auto who = wallet(*rc::gen::inRange<uint8_t>(10, 14)), other = wallet(*rc::gen::inRange<uint8_t>(20, 24)),
               token = wallet(*rc::gen::inRange<uint8_t>(30, 34));
    const auto m =
      *rc::gen::arbitrary<bool>()
        ? mint_message(payer, who, token)
        : purchase_message(payer, who, other, token, lamports{*rc::gen::inRange<uint64_t>(1, 1'000'000'000)});
    if (*rc::gen::arbitrary<bool>())
      chain.close(associated_token_address(who, token, program::token_2022()));
    const auto bound = most_of(*cost_of(m), account_rent);
    const auto lost = chain.run(m, *rc::gen::arbitrary<bool>());
    RC_ASSERT(bound);
    RC_ASSERT(lost <= bound->get());
  }
}

TEST(purchase_funds, cover_the_price_and_the_rent_of_the_token_account) {
  using listing::check_funds;
  const lamports price{1'000'000'000}, rent = account_rent, least = rent_of(0);
  const listing::purchase_funds needs{price, {}, rent, least};
  const auto whole = price.get() + rent.get();
  const auto code = [&](uint64_t held) {
    const auto bad = check_funds(lamports{held}, needs);
    return bad ? runtime::explain(bad).code : errc::none;
  };
  EXPECT_EQ(code(whole - 1), errc::insufficient_funds);
  EXPECT_EQ(code(whole), errc::none) << "an empty account is no account, and owes nothing";
  EXPECT_EQ(code(whole + 1), errc::insufficient_funds);
  EXPECT_EQ(code(whole + least.get() - 1), errc::insufficient_funds);
  EXPECT_EQ(code(whole + least.get()), errc::none);
  EXPECT_EQ(code(UINT64_MAX), errc::none);
  EXPECT_FALSE(check_funds(lamports{whole}, {price, least, rent, least}))
    << "a buyer who is a creator gets his part back";
  EXPECT_TRUE(check_funds(lamports{UINT64_MAX}, {lamports{UINT64_MAX}, {}, lamports{1}, least}));
}

TEST(purchase_funds, count_what_the_token_account_s_address_holds_already) {
  EXPECT_EQ(listing::missing_rent(lamports{100}, lamports{}), lamports{100});
  EXPECT_EQ(listing::missing_rent(lamports{100}, lamports{40}), lamports{60});
  EXPECT_EQ(listing::missing_rent(lamports{100}, lamports{100}), lamports{});
  EXPECT_EQ(listing::missing_rent(lamports{100}, lamports{500}), lamports{});
}
