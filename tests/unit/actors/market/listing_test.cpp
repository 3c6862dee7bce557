#include "actors/market/listing/domain.hpp"
#include "runtime/event_codec.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::listing;
using namespace ainft::testing_values;
using runtime::errc;

const auto seller = person(1), anna = person(2), bela = person(3);
const runtime::principal platform;

party party_of(const runtime::principal& who) { return {user_id{who.user}, *wallet_address::parse(who.wallet)}; }

/// A listing that takes commands. Refused ones change nothing.
struct market {
  state s;

  template <class Command>
  errc give(const Command& c, const runtime::principal& who, runtime::time_point now = at(1)) {
    const auto decided = decide(s, c, {now, who});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  }
  errc bid(uint64_t amount, const runtime::principal& who, runtime::time_point now = at(1)) {
    return give(place_bid{bid_id{runtime::uuid::make()}, positive_lamports{amount}}, who, now);
  }
};

terms terms_for(listing::kind k) {
  terms t;
  t.nft = nft_id::make();
  t.seller = party_of(seller);
  t.kind = k;
  t.price = positive_lamports{1'000};
  t.min_increment = positive_lamports{10};
  if (k == kind::auction)
    t.ends_at = at(100);
  t.payment_window = 50;
  t.approval_window = 20;
  return t;
}

market made(const terms& t) {
  market m;
  EXPECT_EQ(m.give(create_listing{listing_id::make(), t}, seller, at(0)), errc::none);
  return m;
}

market made(listing::kind k) { return made(terms_for(k)); }

market live(const terms& t) {
  auto m = made(t);
  EXPECT_EQ(m.give(go_live{transaction_id::make()}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::live);
  return m;
}

market live(listing::kind k) { return live(terms_for(k)); }

market ended_with(uint64_t amount, const runtime::principal& winner) {
  auto m = live(kind::auction);
  EXPECT_EQ(m.bid(amount, winner), errc::none);
  EXPECT_EQ(m.give(runtime::wake{}, platform, at(100)), errc::none);
  EXPECT_EQ(m.s.at, phase::ended);
  return m;
}

} // namespace

TEST(auction, refuses_a_bid_below_the_reserve_and_names_the_amount) {
  auto m = live(kind::auction);
  const auto refused = decide(m.s, place_bid{bid_id{}, positive_lamports{999}}, {at(1), anna});
  EXPECT_EQ(code_of(refused), errc::bid_too_low);
  EXPECT_EQ(pointer_of(refused), "/amount");
  EXPECT_EQ(m.bid(1'000, anna), errc::none);
}

TEST(auction, refuses_a_bid_below_the_increment) {
  auto m = live(kind::auction);
  EXPECT_EQ(m.bid(1'000, anna), errc::none);
  EXPECT_EQ(m.bid(1'009, bela), errc::bid_too_low);
  EXPECT_EQ(m.bid(1'010, bela), errc::none);
  EXPECT_EQ(view_of(m.s).leader, party_of(bela));
  EXPECT_EQ(m.s.bid_count, 2u);
}

TEST(auction, refuses_the_seller_s_own_bid) { EXPECT_EQ(live(kind::auction).bid(5'000, seller), errc::own_listing); }

TEST(auction, refuses_bids_from_the_moment_that_it_ends_even_before_it_is_woken) {
  auto m = live(kind::auction);
  EXPECT_EQ(m.bid(1'000, anna, at(99)), errc::none);
  EXPECT_EQ(m.bid(2'000, bela, at(100)), errc::auction_ended);
}

TEST(auction, refuses_bids_before_the_approval) { EXPECT_EQ(made(kind::auction).bid(1'000, anna), errc::not_for_sale); }

TEST(auction, takes_no_bid_above_what_64_bits_can_hold_and_then_tells_of_no_next_one) {
  auto t = terms_for(kind::auction);
  t.price = positive_lamports{UINT64_MAX / 3};
  auto m = live(t);
  EXPECT_EQ(view_of(m.s).max_bid->get(), UINT64_MAX);
  EXPECT_EQ(m.bid(UINT64_MAX, anna), errc::none);
  EXPECT_EQ(m.bid(UINT64_MAX, bela), errc::bid_too_low);
  EXPECT_FALSE(view_of(m.s).next_bid);
  const bid_placed last{bid_id{}, party_of(anna), positive_lamports{UINT64_MAX}, at(1)};
  const auto answer = nlohmann::json::parse(answer_of(m.s, {last}));
  EXPECT_FALSE(answer.contains("nextBid") || answer.contains("maxBid"));
}

TEST(auction, takes_no_bid_above_ten_times_the_reserve_or_the_bid_before_it) {
  auto m = live(kind::auction);
  const auto refused = decide(m.s, place_bid{bid_id{}, positive_lamports{10'001}}, {at(1), anna});
  EXPECT_EQ(code_of(refused), errc::bid_too_high);
  EXPECT_EQ(pointer_of(refused), "/amount");
  EXPECT_NE(runtime::explain(refused.error()).fields[0].rule.find("at most 10000"), std::string::npos);
  EXPECT_EQ(m.bid(UINT64_MAX, anna), errc::bid_too_high);
  EXPECT_EQ(m.bid(10'000, anna), errc::none);
  EXPECT_EQ(view_of(m.s).max_bid->get(), 100'000u);
  EXPECT_EQ(m.bid(100'001, bela), errc::bid_too_high);
  EXPECT_EQ(m.bid(100'000, bela), errc::none);
}

TEST(auction, made_before_raises_were_bounded_has_the_usual_bound) {
  auto json =
    nlohmann::json::parse(runtime::to_json(listing_created{listing_id::make(), terms_for(kind::auction), at(0)}));
  json["terms"].erase("maxRaise");
  const auto old = runtime::decode_event<domain::events>("listing_created", 1, json.dump());
  ASSERT_TRUE(old);
  EXPECT_EQ(std::get<listing_created>(*old).terms.max_raise, 10u);
}

TEST(auction, with_an_increment_above_what_a_raise_may_be_takes_the_least_bid_still) {
  auto t = terms_for(kind::auction);
  t.price = positive_lamports{1};
  t.min_increment = positive_lamports{5'000};
  auto m = live(t);
  EXPECT_EQ(m.bid(1, anna), errc::none);
  EXPECT_EQ(m.bid(5'000, bela), errc::bid_too_low);
  EXPECT_EQ(m.bid(5'002, bela), errc::bid_too_high);
  EXPECT_EQ(m.bid(5'001, bela), errc::none);
}

TEST(auction, without_bids_ends_without_a_winner_and_without_a_deadline) {
  auto m = live(kind::auction);
  EXPECT_EQ(deadline(m.s), at(100));
  EXPECT_EQ(m.give(runtime::wake{}, platform, at(100)), errc::none);
  EXPECT_EQ(m.s.at, phase::ended);
  EXPECT_FALSE(deadline(m.s));
  EXPECT_EQ(code_of(may_buy(view_of(m.s), user_id{anna.user})), errc::not_for_sale);
}

TEST(auction, lets_only_its_winner_buy_and_for_the_winning_bid) {
  auto m = ended_with(1'500, anna);
  EXPECT_EQ(code_of(may_buy(view_of(m.s), user_id{bela.user})), errc::auction_ended);
  EXPECT_EQ(may_buy(view_of(m.s), user_id{anna.user})->get(), 1'500u);
  EXPECT_EQ(m.give(begin_settlement{transaction_id::make(), party_of(anna), lamports{1'499}}, platform),
            errc::conflict);
  EXPECT_EQ(m.give(begin_settlement{transaction_id::make(), party_of(anna), lamports{1'500}}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::settling);
}

TEST(auction, fails_when_the_winner_does_not_pay_in_time) {
  auto m = ended_with(1'500, anna);
  EXPECT_EQ(deadline(m.s), at(150));
  EXPECT_EQ(m.give(runtime::wake{}, platform, at(150)), errc::none);
  EXPECT_EQ(m.s.at, phase::failed);
}

TEST(auction, goes_back_to_its_winner_after_a_purchase_that_failed) {
  auto m = ended_with(1'500, anna);
  const auto tx = transaction_id::make();
  EXPECT_EQ(m.give(begin_settlement{tx, party_of(anna), lamports{1'500}}, platform), errc::none);
  EXPECT_EQ(m.give(settlement_failed{tx, "why"}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::ended);
  EXPECT_EQ(may_buy(view_of(m.s), user_id{anna.user})->get(), 1'500u);
}

TEST(fixed_listing, is_held_for_one_buyer_at_a_time) {
  auto m = live(kind::fixed);
  const auto first = transaction_id::make(), second = transaction_id::make();
  EXPECT_EQ(m.give(begin_settlement{first, party_of(anna), lamports{1'000}}, platform), errc::none);
  EXPECT_EQ(m.give(begin_settlement{second, party_of(bela), lamports{1'000}}, platform), errc::not_for_sale);
  EXPECT_EQ(m.give(settlement_failed{second, "not the one"}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::settling);
  EXPECT_EQ(m.give(settlement_confirmed{first, {}}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::sold);
  EXPECT_EQ(m.s.sold->buyer, party_of(anna));
}

TEST(fixed_listing, is_sold_once_however_often_that_is_said) {
  auto m = live(kind::fixed);
  const auto tx = transaction_id::make();
  EXPECT_EQ(m.give(begin_settlement{tx, party_of(anna), lamports{1'000}}, platform), errc::none);
  EXPECT_EQ(m.give(settlement_confirmed{tx, {}}, platform), errc::none);
  const settlement_confirmed again{tx, {}};
  const auto decided = decide(m.s, again, {at(2), platform});
  ASSERT_TRUE(decided);
  EXPECT_TRUE(decided->empty());
}

TEST(fixed_listing, takes_the_same_settlement_again_without_a_change) {
  auto m = live(kind::fixed);
  const begin_settlement hold{transaction_id::make(), party_of(anna), lamports{1'000}};
  EXPECT_EQ(m.give(hold, platform), errc::none);
  const auto again = decide(m.s, hold, {at(2), platform});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
}

TEST(fixed_listing, takes_no_bids_and_is_not_for_its_seller) {
  auto m = live(kind::fixed);
  EXPECT_EQ(m.bid(2'000, anna), errc::not_for_sale);
  EXPECT_EQ(code_of(may_buy(view_of(m.s), user_id{seller.user})), errc::own_listing);
}

TEST(listing, fails_when_the_seller_does_not_approve_in_time) {
  auto m = made(kind::fixed);
  EXPECT_EQ(deadline(m.s), at(20));
  EXPECT_EQ(m.give(runtime::wake{}, platform, at(20)), errc::none);
  EXPECT_EQ(m.s.at, phase::failed);
  EXPECT_EQ(m.give(go_live{transaction_id::make()}, platform), errc::none);
  EXPECT_EQ(m.s.at, phase::failed) << "an approval that comes too late does not bring it back";
}

TEST(listing, is_cancelled_only_by_its_seller_and_only_without_bids_that_can_be_paid) {
  auto m = live(kind::auction);
  EXPECT_EQ(m.give(cancel_listing{}, anna), errc::not_owner);
  auto with_bids = m;
  EXPECT_EQ(with_bids.bid(1'000, anna), errc::none);
  EXPECT_EQ(with_bids.give(cancel_listing{}, seller), errc::wrong_state);
  const auto first = with_bids.s.best()->id;
  EXPECT_EQ(with_bids.bid(2'000, bela), errc::none); // came after the balances were read
  EXPECT_EQ(with_bids.give(cancel_listing{{first}}, seller), errc::wrong_state);
  EXPECT_EQ(with_bids.give(cancel_listing{{first, with_bids.s.best()->id}}, anna), errc::not_owner);
  EXPECT_EQ(with_bids.give(cancel_listing{{first, with_bids.s.best()->id}}, seller), errc::none);
  EXPECT_EQ(with_bids.s.at, phase::cancelled);
  EXPECT_EQ(m.give(cancel_listing{}, seller), errc::none);
  EXPECT_EQ(m.s.at, phase::cancelled);
  EXPECT_EQ(m.bid(1'000, anna), errc::not_for_sale);
}

TEST(listing, lets_nobody_but_the_platform_report_what_the_chain_did) {
  auto m = made(kind::fixed);
  EXPECT_EQ(m.give(go_live{transaction_id::make()}, seller), errc::forbidden);
  EXPECT_EQ(m.give(begin_settlement{transaction_id::make(), party_of(anna), lamports{1'000}}, anna), errc::forbidden);
  EXPECT_EQ(m.give(settlement_confirmed{transaction_id::make(), {}}, anna), errc::forbidden);
}

TEST(listing, of_an_nft_whose_royalty_leaves_no_room_for_the_fee_is_refused) {
  auto t = terms_for(kind::fixed);
  t.royalty_bps = 9'000;
  t.fee_bps = 1'001;
  const auto refused = decide({}, create_listing{listing_id::make(), t}, {at(0), seller});
  EXPECT_EQ(code_of(refused), errc::validation_failed);
  EXPECT_EQ(pointer_of(refused), "/nftId");
  EXPECT_NE(runtime::explain(refused.error()).fields[0].rule.find("at most 8999"), std::string::npos);
  t.fee_bps = 1'000;
  EXPECT_TRUE(decide({}, create_listing{listing_id::make(), t}, {at(0), seller}));
}

TEST(listing, that_was_made_unpayable_before_that_was_checked_is_not_for_sale) {
  auto m = live(kind::fixed);
  m.s.terms.royalty_bps = 9'000;
  m.s.terms.fee_bps = 1'001;
  EXPECT_EQ(code_of(may_buy(view_of(m.s), user_id{anna.user})), errc::not_for_sale);
}

TEST(new_listing, must_have_the_fields_of_its_kind_and_no_others) {
  new_listing fixed;
  EXPECT_EQ(pointer_of(terms_of(fixed, at(), lamports{1})), "/price");
  fixed.price = positive_lamports{5};
  EXPECT_TRUE(terms_of(fixed, at(), lamports{1}));
  fixed.ends_at = at(10);
  EXPECT_EQ(pointer_of(terms_of(fixed, at(), lamports{1})), "/endsAt");
  new_listing auction;
  auction.kind = kind::auction;
  EXPECT_EQ(runtime::explain(terms_of(auction, at(), lamports{1}).error()).fields.size(), 3u);
  auction.reserve = positive_lamports{5};
  auction.min_increment = positive_lamports{1};
  auction.ends_at = at(0);
  EXPECT_EQ(pointer_of(terms_of(auction, at(), lamports{1})), "/endsAt") << "the end must lie in the future";
}

RC_GTEST_PROP(auction, always_has_a_rising_highest_bid_that_its_leader_made, ()) {
  auto m = live(kind::auction);
  const auto amounts = *rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(1, 5'000));
  uint64_t count = 0;
  for (size_t i = 0; i < amounts.size(); ++i) {
    const auto before = m.s;
    const auto& who = i % 2 ? anna : bela;
    if (m.bid(amounts[i], who) == errc::none) {
      ++count;
      RC_ASSERT(m.s.best()->amount.get() == amounts[i]);
      RC_ASSERT(amounts[i] >= (before.bid_count ? before.best()->amount.get() + 10 : 1'000));
      RC_ASSERT(m.s.best()->bidder == party_of(who));
    } else {
      RC_ASSERT(runtime::to_json(m.s) == runtime::to_json(before));
    }
  }
  RC_ASSERT(m.s.bid_count == count);
}

TEST(listing_terms, refuse_a_price_or_reserve_below_the_least_and_name_the_rule) {
  new_listing fixed, auction;
  fixed.price = positive_lamports{999};
  auction.kind = kind::auction;
  auction.reserve = positive_lamports{999};
  auction.min_increment = positive_lamports{1};
  auction.ends_at = at(100);
  for (const auto& [what, pointer] : {std::pair{&fixed, "/price"}, {&auction, "/reserve"}}) {
    const auto refused = terms_of(*what, at(0), lamports{1'000});
    EXPECT_EQ(code_of(refused), errc::validation_failed);
    EXPECT_EQ(pointer_of(refused), pointer);
    EXPECT_EQ(runtime::explain(refused.error()).fields.at(0).rule, "must be at least 1000 lamports");
    EXPECT_TRUE(terms_of(*what, at(0), lamports{999}));
  }
}
