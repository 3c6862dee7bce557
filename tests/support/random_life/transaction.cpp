#include "actors/chain/transaction/domain.hpp"
#include "net/base64.hpp"
#include "net/solana/programs.hpp"
#include "tests/support/replay_tests.hpp"

namespace ainft::transaction {

using random_life::filler;

/// The keys of the platform and the wallet; created once.
static const std::array<solana::key_pair, 2>& signers() {
  static const std::array<solana::key_pair, 2> keys{solana::key_pair::make(), solana::key_pair::make()};
  return keys;
}

static void mend(filler& f, const state&, prepare& c) {
  const auto& [payer, wallet] = signers();
  const auto pay =
    solana::system_program::transfer(wallet.address(), testing_values::wallet(9), lamports{1 + f.below(3)});
  const auto m = solana::compile(solana::message_version::v0, payer.address(), solana::hash{}, {pay});
  const auto tx = *solana::transaction::unsigned_of(*m);
  c.what.wallet = wallet.address();
  c.what.message = net::base64_encode(tx.message_bytes);
  c.what.signatures = tx.signatures;
}

static void mend(filler& f, const state& s, submit& c) {
  const auto bytes = net::base64_decode(s.what.message).value_or("");
  if (bytes.empty() || f.one_in(4))
    return;
  c.signatures.clear();
  for (const auto& key : signers())
    c.signatures.push_back(key.sign(bytes));
}

const replay_tests::registration<domain> registered;

} // namespace ainft::transaction
