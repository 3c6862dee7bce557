#include "actors/market/listing/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::listing {

using random_life::filler;

/// Mostly an auction that has time for some bids, and whose winner has time to miss the payment deadline.
static void mend(filler& f, const state&, create_listing& c) {
  c.terms.kind = f.one_in(4) ? kind::fixed : kind::auction;
  c.terms.price = positive_lamports{1 + f.below(3)};
  c.terms.min_increment = positive_lamports{1};
  c.terms.max_raise = 1000;
  c.terms.payment_window = 60;
  c.terms.approval_window = 1000;
  c.terms.ends_at = f.now + std::chrono::seconds{600};
  c.terms.royalty_bps = 0;
}

static void mend(filler& f, const state& s, place_bid& c) {
  c.id = bid_id{f.new_id()};
  c.amount = positive_lamports{(s.best() ? s.best()->amount.get() : 1) + f.below(4)};
}

static void mend(filler& f, const state& s, strike_bid& c) {
  if (!s.standing.empty() && !f.one_in(4))
    c.id = f.any_of(s.standing).id;
}

static void mend(filler& f, const state& s, begin_settlement& c) {
  const auto* best = s.best();
  if (best && !f.one_in(4))
    c.buyer = best->bidder;
  if (!f.one_in(4))
    c.amount = lamports{best ? best->amount.get() : s.terms.price.get()};
}

const replay_tests::registration<domain> registered;

} // namespace ainft::listing
