#include "actors/market/listing/flows.hpp"
#include "actors/market/nft/flows.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using runtime::errc;

const user_id owner{person(1).user}, stranger{person(2).user};

errc code(const caf::error& e) { return e ? runtime::explain(e).code : errc::none; }

transaction::view tx_for(std::string_view purpose) {
  transaction::view out;
  out.id = transaction_id::make();
  out.purpose = transaction::purpose{purpose};
  out.signers = {wallet(1)};
  return out;
}

listing::view listing_at(listing::phase at) {
  listing::view out;
  out.seller = {owner, wallet(1)};
  out.state = at;
  return out;
}

} // namespace

TEST(signature_claim, takes_a_mint_only_while_the_nft_waits_for_that_very_one) {
  const auto tx = tx_for("mint");
  nft::view subject;
  subject.creator_id = owner;
  subject.state = nft::phase::minting;
  subject.mint_transaction_id = tx.id;
  EXPECT_EQ(code(awaited(subject, tx, owner)), errc::none);
  EXPECT_EQ(code(awaited(subject, tx, stranger)), errc::not_owner);
  EXPECT_EQ(code(awaited(subject, tx_for("mint"), owner)), errc::wrong_state);
  subject.state = nft::phase::minted;
  EXPECT_EQ(code(awaited(subject, tx, owner)), errc::wrong_state);
}

TEST(signature_claim, takes_an_approval_only_while_the_listing_waits_for_one) {
  const auto tx = tx_for("approve");
  for (size_t i = 0; i < enum_names(listing::phase{}).size(); ++i) {
    const auto at = static_cast<listing::phase>(i);
    EXPECT_EQ(code(awaited(listing_at(at), tx, owner)),
              at == listing::phase::awaiting_signature ? errc::none : errc::wrong_state)
      << runtime::name_of(at);
  }
  EXPECT_EQ(code(awaited(listing_at(listing::phase::awaiting_signature), tx, stranger)), errc::not_owner);
}

TEST(signature_claim, takes_a_revocation_only_of_a_listing_that_is_over) {
  const auto tx = tx_for("revoke");
  for (size_t i = 0; i < enum_names(listing::phase{}).size(); ++i) {
    const auto at = static_cast<listing::phase>(i);
    const bool is_over = at == listing::phase::cancelled || at == listing::phase::failed;
    EXPECT_EQ(code(awaited(listing_at(at), tx, owner)), is_over ? errc::none : errc::wrong_state)
      << runtime::name_of(at);
  }
}
