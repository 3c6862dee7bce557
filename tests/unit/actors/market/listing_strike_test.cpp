// Auctions whose bids fail: struck bids, winners who do not pay, and interventions by operators.
#include "actors/market/listing/domain.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include <map>

namespace {

using namespace ainft;
using namespace ainft::listing;
using namespace ainft::testing_values;
using runtime::errc;

const auto seller = person(1), anna = person(2), bela = person(3), cleo = person(4);
const runtime::principal platform;
constexpr uint32_t window = 50;

party party_of(const runtime::principal& who) { return {user_id{who.user}, *wallet_address::parse(who.wallet)}; }

template <class Text>
reason_text because(Text t) {
  return parsed<reason_text>(t);
}

struct auction {
  state s;
  std::vector<domain::events> last; ///< the events of the last command

  auction() {
    terms t;
    t.nft = nft_id::make();
    t.seller = party_of(seller);
    t.kind = kind::auction;
    t.price = positive_lamports{1'000};
    t.min_increment = positive_lamports{10};
    t.ends_at = at(100);
    t.payment_window = window;
    EXPECT_EQ(give(create_listing{listing_id::make(), t}, seller), errc::none);
    EXPECT_EQ(give(go_live{transaction_id::make()}), errc::none);
  }

  template <class Command>
  errc give(const Command& c, const runtime::principal& who = platform, runtime::time_point now = at(1)) {
    const auto decided = decide(s, c, {now, who});
    last = decided ? *decided : events{};
    for (const auto& e : last)
      evolve(s, e);
    return code_of(decided);
  }

  bid_id bid(uint64_t amount, const runtime::principal& who) {
    const auto id = bid_id::make();
    EXPECT_EQ(give(place_bid{id, positive_lamports{amount}}, who), errc::none);
    return id;
  }

  errc strike(const bid_id& id, runtime::time_point now = at(1)) {
    return give(strike_bid{id, because("cannot pay")}, platform, now);
  }
  errc step_in(intervention action, runtime::time_point now = at(1)) {
    return give(intervene{action, because("seller is gone")}, platform, now);
  }
  errc close() { return give(runtime::wake{}, platform, at(100)); }

  [[nodiscard]] uint64_t highest() const { return s.best() ? s.best()->amount.get() : 0; }
};

} // namespace

TEST(struck_bid, gives_the_lead_to_the_next_one_that_stands) {
  auction a;
  const auto first = a.bid(1'000, anna), second = a.bid(5'000, bela);
  EXPECT_EQ(a.strike(second), errc::none);
  EXPECT_EQ(view_of(a.s).leader, party_of(anna));
  EXPECT_EQ(view_of(a.s).next_bid->get(), 1'010u) << "whose bid is the one to beat";
  EXPECT_EQ(a.s.bid_count, 2u);
  EXPECT_EQ(a.strike(first), errc::none);
  EXPECT_FALSE(view_of(a.s).leader);
  EXPECT_FALSE(view_of(a.s).highest_bid);
  EXPECT_EQ(view_of(a.s).next_bid->get(), 1'000u) << "the reserve again";
  EXPECT_EQ(a.s.at, phase::live);
}

TEST(struck_bid, says_who_leads_now_and_why_it_was_struck) {
  auction a;
  a.bid(1'000, anna);
  const auto id = a.bid(2'000, bela);
  EXPECT_EQ(a.strike(id), errc::none);
  ASSERT_EQ(a.last.size(), 1u);
  const auto& e = std::get<bid_struck>(a.last[0]);
  EXPECT_EQ(e.bidder, party_of(bela));
  EXPECT_EQ(e.reason, "cannot pay");
  EXPECT_EQ(e.leader, party_of(anna));
  EXPECT_EQ(e.highest.get(), 1'000u);
}

TEST(struck_bid, that_does_not_lead_changes_nothing_about_who_does) {
  auction a;
  const auto low = a.bid(1'000, anna);
  a.bid(2'000, bela);
  EXPECT_EQ(a.strike(low), errc::none);
  EXPECT_EQ(view_of(a.s).leader, party_of(bela));
  EXPECT_EQ(std::get<bid_struck>(a.last[0]).highest.get(), 2'000u);
}

TEST(struck_bid, must_stand) {
  auction a;
  const auto before = a.bid(1'000, anna);
  const auto id = a.bid(2'000, anna);
  EXPECT_EQ(a.strike(before), errc::wrong_state) << "she has bid more since";
  EXPECT_EQ(a.strike(id), errc::none);
  EXPECT_EQ(a.strike(id), errc::wrong_state) << "it was struck already";
  EXPECT_EQ(a.strike(bid_id::make()), errc::wrong_state);
  EXPECT_EQ(a.give(strike_bid{id, because("for fun")}, seller), errc::forbidden);
}

TEST(struck_bid, of_a_winner_gives_the_next_one_a_payment_window_of_its_own) {
  auction a;
  const auto first = a.bid(1'000, anna), second = a.bid(2'000, bela);
  EXPECT_EQ(a.close(), errc::none);
  EXPECT_EQ(a.strike(second, at(120)), errc::none);
  EXPECT_EQ(deadline(a.s), at(120 + window));
  EXPECT_EQ(may_buy(view_of(a.s), user_id{anna.user})->get(), 1'000u);
  EXPECT_EQ(code_of(may_buy(view_of(a.s), user_id{bela.user})), errc::auction_ended);
  EXPECT_EQ(a.strike(first, at(130)), errc::none);
  EXPECT_EQ(a.s.at, phase::failed) << "no bid is left";
  EXPECT_FALSE(is_open(a.s));
  EXPECT_FALSE(deadline(a.s));
}

TEST(struck_bid, cannot_be_the_one_that_is_being_paid) {
  auction a;
  const auto low = a.bid(1'000, anna), best = a.bid(2'000, bela);
  EXPECT_EQ(a.close(), errc::none);
  const auto tx = transaction_id::make();
  EXPECT_EQ(a.give(begin_settlement{tx, party_of(bela), lamports{2'000}}), errc::none);
  EXPECT_EQ(a.strike(best, at(110)), errc::wrong_state);
  EXPECT_EQ(a.strike(low, at(110)), errc::none);
  EXPECT_EQ(a.give(settlement_confirmed{tx, {}}), errc::none);
  EXPECT_EQ(a.strike(best, at(110)), errc::wrong_state);
}

TEST(winner, who_does_not_pay_makes_the_next_bidder_the_winner_until_none_is_left) {
  auction a;
  a.bid(1'000, anna);
  a.bid(2'000, bela);
  a.bid(3'000, cleo);
  EXPECT_EQ(a.close(), errc::none);
  EXPECT_EQ(deadline(a.s), at(150));
  EXPECT_EQ(a.give(runtime::wake{}, platform, at(150)), errc::none);
  const auto& missed = std::get<payment_missed>(a.last.at(0));
  EXPECT_EQ(missed.bidder, party_of(cleo));
  EXPECT_EQ(missed.leader, party_of(bela));
  EXPECT_EQ(a.s.at, phase::ended);
  EXPECT_EQ(deadline(a.s), at(200));
  EXPECT_EQ(code_of(may_buy(view_of(a.s), user_id{cleo.user})), errc::auction_ended);
  EXPECT_EQ(may_buy(view_of(a.s), user_id{bela.user})->get(), 2'000u);
  EXPECT_EQ(a.give(runtime::wake{}, platform, at(200)), errc::none);
  EXPECT_EQ(view_of(a.s).leader, party_of(anna));
  EXPECT_EQ(a.give(runtime::wake{}, platform, at(250)), errc::none);
  EXPECT_EQ(a.s.at, phase::failed);
  EXPECT_EQ(a.s.failure, "the winner did not pay in time");
}

TEST(winner, is_followed_by_another_bidder_and_not_by_a_lower_bid_of_the_same) {
  auction a;
  a.bid(1'000, anna);
  a.bid(2'000, bela);
  a.bid(3'000, bela);
  EXPECT_EQ(a.close(), errc::none);
  EXPECT_EQ(a.give(runtime::wake{}, platform, at(150)), errc::none);
  EXPECT_EQ(view_of(a.s).leader, party_of(anna));
}

TEST(standing_bids, are_kept_for_the_64_bidders_who_bid_most) {
  auction a;
  for (uint8_t n = 0; n < 100; ++n)
    a.bid(1'000 + 10 * uint64_t{n}, person(static_cast<uint8_t>(10 + n)));
  EXPECT_EQ(a.s.standing.size(), 64u);
  EXPECT_EQ(a.s.standing.front().amount.get(), 1'360u);
  EXPECT_EQ(a.s.bid_count, 100u);
  EXPECT_EQ(a.close(), errc::none);
  const auto tx = transaction_id::make();
  EXPECT_EQ(a.give(begin_settlement{tx, party_of(person(109)), lamports{1'990}}), errc::none);
  EXPECT_EQ(a.give(settlement_confirmed{tx, {}}), errc::none);
  EXPECT_EQ(a.s.standing.size(), 1u) << "of what is over only the winner is kept";
}

TEST(operator_, ends_an_auction_and_the_highest_bid_wins) {
  auction a;
  a.bid(1'000, anna);
  EXPECT_EQ(a.give(intervene{intervention::end, because("its end is wrong")}, seller), errc::forbidden);
  EXPECT_EQ(a.step_in(intervention::end, at(7)), errc::none);
  EXPECT_EQ(a.s.at, phase::ended);
  EXPECT_EQ(deadline(a.s), at(7 + window));
  const auto v = view_of(a.s);
  ASSERT_TRUE(v.intervention);
  EXPECT_EQ(v.intervention->action, intervention::end);
  EXPECT_EQ(v.intervention->reason, "seller is gone");
  EXPECT_EQ(v.intervention->at, at(7));
  EXPECT_EQ(a.step_in(intervention::end), errc::none);
  EXPECT_TRUE(a.last.empty()) << "once is enough";
}

TEST(operator_, cancels_whatever_is_open_and_not_being_paid) {
  auction with_bids;
  with_bids.bid(1'000, anna);
  EXPECT_EQ(with_bids.step_in(intervention::cancel), errc::none);
  EXPECT_EQ(with_bids.s.at, phase::cancelled);
  EXPECT_FALSE(is_open(with_bids.s));

  auction won;
  won.bid(1'000, anna);
  EXPECT_EQ(won.close(), errc::none);
  auto paid = won;
  EXPECT_EQ(won.step_in(intervention::cancel, at(110)), errc::none);
  EXPECT_EQ(won.s.at, phase::cancelled);
  EXPECT_FALSE(deadline(won.s));

  const auto tx = transaction_id::make();
  EXPECT_EQ(paid.give(begin_settlement{tx, party_of(anna), lamports{1'000}}), errc::none);
  EXPECT_EQ(paid.step_in(intervention::cancel), errc::wrong_state) << "money is under way";
  EXPECT_EQ(paid.give(settlement_confirmed{tx, {}}), errc::none);
  EXPECT_EQ(paid.step_in(intervention::cancel), errc::wrong_state);
  EXPECT_EQ(paid.step_in(intervention::end), errc::wrong_state);
}

TEST(operator_, cancels_a_fixed_listing_and_cannot_end_it) {
  auction a;
  a.s.terms.kind = kind::fixed;
  EXPECT_EQ(a.step_in(intervention::end), errc::wrong_state);
  EXPECT_EQ(a.step_in(intervention::cancel), errc::none);
  EXPECT_EQ(a.s.at, phase::cancelled);
}

TEST(seller, cancels_an_auction_that_has_ended_only_when_its_winner_cannot_pay) {
  auction a;
  const auto id = a.bid(1'000, anna);
  EXPECT_EQ(a.close(), errc::none);
  EXPECT_EQ(a.give(cancel_listing{}, seller), errc::wrong_state);
  EXPECT_EQ(a.give(cancel_listing{{id}}, seller), errc::none);
  EXPECT_EQ(a.s.at, phase::cancelled);
}

TEST(bid_events, reach_whom_they_concern) {
  auction a;
  a.bid(1'000, anna);
  const auto id = a.bid(2'000, bela);
  const auto before = a.s;
  EXPECT_EQ(a.strike(id), errc::none);
  const auto struck = audience(before, a.last[0]);
  for (const auto& who : {seller, anna, bela})
    EXPECT_NE(std::find(struck.begin(), struck.end(), who.user), struck.end());
  const auto then = a.s;
  EXPECT_EQ(a.step_in(intervention::cancel), errc::none);
  const auto told = audience(then, a.last[0]);
  for (const auto& who : {seller, anna})
    EXPECT_NE(std::find(told.begin(), told.end(), who.user), told.end());
}

// After any sequence of bids, strikes and missed payments, the leader is the highest bid that was neither struck nor
// replaced by the same bidder. The listing is open as long as it is live or somebody can still pay.
RC_GTEST_PROP(auction, is_always_led_by_the_highest_bid_that_stands, ()) {
  auction a;
  std::map<uint64_t, std::pair<uint8_t, bid_id>> stands; ///< by amount
  auto now = at(1);
  const auto steps = *rc::gen::container<std::vector<uint8_t>>(rc::gen::inRange<uint8_t>(0, 12));
  for (const auto step : steps) {
    if (step < 7 && a.s.at == phase::live) {
      const auto amount = next_bid(a.s)->get() + step;
      const auto who = static_cast<uint8_t>(10 + step % 4);
      std::erase_if(stands, [&](const auto& x) { return x.second.first == who; });
      stands[amount] = {who, a.bid(amount, person(who))};
    } else if (step < 10 && !stands.empty()) {
      const auto it = step % 2 ? std::prev(stands.end()) : stands.begin();
      RC_ASSERT(a.strike(it->second.second, now) == errc::none);
      stands.erase(it);
    } else if (const auto due = deadline(a.s); step == 11 && due) {
      const bool ended = a.s.at == phase::ended;
      now = *due;
      RC_ASSERT(a.give(runtime::wake{}, platform, now) == errc::none);
      if (ended && stands.size() > 1)
        stands.erase(std::prev(stands.end()));
    }
    if (a.s.at == phase::failed)
      break;
    RC_ASSERT(a.highest() == (stands.empty() ? 0 : stands.rbegin()->first));
    RC_ASSERT(is_open(a.s) == (a.s.at == phase::live || !stands.empty()));
  }
}
