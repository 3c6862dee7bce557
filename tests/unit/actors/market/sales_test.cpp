// Sells one NFT again and again, with changing platform fees. The sum of all lamports stays the same. The owner is the
// last buyer, however often the sales are reported.
#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

#include <map>
#include <numeric>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using runtime::errc;

constexpr uint64_t endowment = 1'000'000'000'000;
constexpr uint8_t people = 6, reserve = 100;
const runtime::principal platform;

/// Gives a command to a state, and applies the resulting events.
template <class State, class Command>
errc give(State& s, const Command& c, const runtime::principal& who = platform) {
  const auto decided = decide(s, c, {at(1), who});
  if (decided)
    for (const auto& e : *decided)
      evolve(s, e);
  return code_of(decided);
}

listing::party party_of(uint8_t n) { return {user_id{person(n).user}, wallet(n)}; }

struct world {
  std::map<wallet_address, uint64_t> lamports_of;
  nft::state token;
  std::vector<nft::change_owner> told;

  explicit world(uint16_t royalty_bps) {
    for (uint8_t n = 1; n <= people; ++n)
      lamports_of[wallet(n)] = endowment;
    nft::new_nft body;
    body.royalty_bps = royalty_bps;
    body.creators = {{wallet(1), 67}, {wallet(people + 1), 33}};
    EXPECT_EQ(give(token, nft::create_nft{nft_id::make(), body, 0, "", ""}, person(1)), errc::none);
    token.shown.state = nft::phase::minted;
    token.shown.owner = wallet(1);
  }

  [[nodiscard]] uint64_t total() const {
    return std::accumulate(lamports_of.begin(), lamports_of.end(), uint64_t{0},
                           [](auto sum, const auto& w) { return sum + w.second; });
  }

  /// Sells by a listing with a fixed price to `buyer`, as the routes do.
  void sell(uint8_t seller, uint8_t buyer, uint64_t price, uint16_t fee_bps, uint64_t slot) {
    listing::terms t;
    t.nft = token.shown.id;
    t.seller = party_of(seller);
    t.price = positive_lamports{price};
    t.royalty_bps = token.shown.royalty_bps;
    t.creators = token.shown.creators;
    t.fee_bps = fee_bps;
    listing::state offer;
    const auto made = give(offer, listing::create_listing{listing_id::make(), t}, person(seller));
    const auto parts = split_sale(lamports{price}, t.royalty_bps, t.creators, fee_bps, wallet(seller), wallet(reserve));
    RC_ASSERT((made == errc::none) == static_cast<bool>(parts));
    if (!parts)
      return;
    // The id's time is a second later than that of the sale before.
    const transaction_id tx{runtime::uuid::derived(at(static_cast<int64_t>(told.size())), "a sale")};
    RC_ASSERT(give(offer, listing::go_live{tx}) == errc::none);
    RC_ASSERT(give(offer, listing::begin_settlement{tx, party_of(buyer), lamports{price}}) == errc::none);
    for (const auto& p : *parts) {
      lamports_of[wallet(buyer)] -= p.amount.get();
      lamports_of[p.to] += p.amount.get();
    }
    told.push_back({wallet(buyer), tx, slot});
    RC_ASSERT(give(token, told.back()) == errc::none);
    RC_ASSERT(give(offer, listing::settlement_confirmed{tx, {}}) == errc::none);
    RC_ASSERT(token.shown.owner == wallet(buyer));
  }
};

} // namespace

RC_GTEST_PROP(sales, of_one_nft_with_changing_fees_keep_every_lamport, ()) {
  world w{*rc::gen::inRange<uint16_t>(0, 10'001)};
  const auto before = w.total();
  uint8_t owner = 1;
  const auto steps = *rc::gen::container<std::vector<uint32_t>>(rc::gen::arbitrary<uint32_t>());
  for (size_t i = 0; i < steps.size(); ++i) {
    const auto buyer = static_cast<uint8_t>(owner % people + 1);
    const auto price =
      1 + steps[i] % std::max<uint64_t>(1, std::min<uint64_t>(w.lamports_of[wallet(buyer)], 1'000'000'000));
    w.sell(owner, buyer, price, *rc::gen::inRange<uint16_t>(0, 5'001), 10 + i);
    if (w.token.shown.owner == wallet(buyer))
      owner = buyer;
    RC_ASSERT(w.total() == before);
  }
}

RC_GTEST_PROP(sales, told_again_in_any_order_leave_the_owner_as_it_is, ()) {
  world w{500};
  const auto count = *rc::gen::inRange<uint8_t>(1, 30);
  for (uint8_t i = 0; i < count; ++i)
    w.sell(static_cast<uint8_t>(i % people + 1), static_cast<uint8_t>((i + 1) % people + 1), 1'000, 250, 10 + i / 2);
  const auto owner = w.token.shown.owner;
  auto again = w.told;
  for (size_t i = again.size(); i > 1; --i)
    std::swap(again[i - 1], again[*rc::gen::inRange<size_t>(0, i)]);
  for (const auto& sale : again) {
    const auto decided = decide(w.token, sale, {at(2), platform});
    RC_ASSERT(static_cast<bool>(decided));
    RC_ASSERT(decided->empty());
  }
  RC_ASSERT(w.token.shown.owner == owner);
}
