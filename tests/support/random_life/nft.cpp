#include "actors/market/nft/domain.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::nft {

using random_life::filler;

static void mend(filler&, const state&, create_nft& c) {
  c.what.creators.clear();
  c.what.royalty_bps = std::min<uint16_t>(c.what.royalty_bps, 5000);
}

static void mend(filler& f, const state& s, start_mint& c) {
  if (!f.one_in(4))
    c.replaces = s.shown.mint_transaction_id;
}

const replay_tests::registration<domain> registered;

} // namespace ainft::nft
