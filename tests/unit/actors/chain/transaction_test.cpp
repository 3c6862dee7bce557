#include "actors/chain/transaction/domain.hpp"
#include "net/base64.hpp"
#include "net/solana/programs.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using namespace ainft::transaction;
using runtime::errc;

const runtime::principal platform;

/// A purchase that a buyer's wallet and the platform must sign.
struct purchase {
  solana::key_pair payer = solana::key_pair::make(), buyer = solana::key_pair::make();
  runtime::principal who = person(1);
  state s;
  solana::transaction tx;

  explicit purchase(uint64_t amount = 5) {
    const auto pay = solana::system_program::transfer(buyer.address(), wallet(9), lamports{amount});
    auto m = solana::compile(solana::message_version::v0, payer.address(), solana::hash{}, {pay});
    tx = *solana::transaction::unsigned_of(*m);
    built what;
    what.id = transaction_id::make();
    what.purpose = transaction::purpose{"purchase"};
    what.wallet = buyer.address();
    what.amount = lamports{amount};
    what.message = net::base64_encode(tx.message_bytes);
    what.signatures = tx.signatures;
    what.last_valid_block_height = 150;
    what.sign_before = at(60);
    EXPECT_EQ(give(prepare{what}, who), errc::none);
  }

  template <class Command>
  errc give(const Command& c, const runtime::principal& by, runtime::time_point now = at(0)) {
    const auto decided = decide(s, c, {now, by});
    if (decided)
      for (const auto& e : *decided)
        evolve(s, e);
    return code_of(decided);
  }

  std::string signed_by_buyer() {
    auto copy = tx;
    copy.put_signature(buyer.address(), buyer.sign(copy.message_bytes));
    return net::base64_encode(copy.serialize());
  }

  std::vector<solana::signature> all_signatures() {
    return {payer.sign(tx.message_bytes), buyer.sign(tx.message_bytes)};
  }
};

} // namespace

TEST(transaction, takes_back_only_the_message_that_it_gave_out) {
  purchase p{5}, cheaper{1};
  EXPECT_TRUE(check_signed(view_of(p.s), p.signed_by_buyer()));
  EXPECT_EQ(code_of(check_signed(view_of(p.s), cheaper.signed_by_buyer())), errc::transaction_mismatch);
  EXPECT_EQ(code_of(check_signed(view_of(p.s), "not base64!")), errc::validation_failed);
  EXPECT_EQ(code_of(check_signed(view_of(p.s), net::base64_encode("short"))), errc::validation_failed);
}

TEST(transaction, refuses_a_wallet_s_signature_that_is_missing_or_of_something_else) {
  purchase p;
  const auto unsigned_one = net::base64_encode(p.tx.serialize());
  EXPECT_EQ(code_of(check_signed(view_of(p.s), unsigned_one)), errc::signature_invalid);
  auto wrong = p.tx;
  wrong.put_signature(p.buyer.address(), p.buyer.sign("something else"));
  EXPECT_EQ(code_of(check_signed(view_of(p.s), net::base64_encode(wrong.serialize()))), errc::signature_invalid);
}

TEST(transaction, does_not_let_the_client_put_in_other_signatures) {
  purchase p;
  auto sent = p.tx;
  sent.put_signature(p.buyer.address(), p.buyer.sign(sent.message_bytes));
  sent.signatures[0] = p.buyer.sign("in the platform's place");
  const auto taken = check_signed(view_of(p.s), net::base64_encode(sent.serialize()));
  ASSERT_TRUE(taken);
  EXPECT_TRUE(taken->signatures[0].is_zero());
}

TEST(transaction, is_submitted_with_every_signature_and_only_then) {
  purchase p;
  EXPECT_EQ(p.give(submit{{p.buyer.sign(p.tx.message_bytes)}}, p.who), errc::signature_invalid);
  auto swapped = p.all_signatures();
  std::swap(swapped[0], swapped[1]);
  EXPECT_EQ(p.give(submit{swapped}, p.who), errc::signature_invalid);
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who), errc::none);
  EXPECT_EQ(p.s.at, phase::submitted);
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who), errc::none) << "the same again changes nothing";
  EXPECT_EQ(view_of(p.s).signature, p.all_signatures()[0]);
}

TEST(transaction, expires_when_it_is_not_signed_in_time) {
  purchase p;
  EXPECT_EQ(deadline(p.s), at(60));
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who, at(60)), errc::transaction_expired);
  EXPECT_EQ(p.give(runtime::wake{}, platform, at(60)), errc::none);
  EXPECT_EQ(p.s.at, phase::expired);
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who, at(61)), errc::transaction_expired);
  EXPECT_FALSE(deadline(p.s));
}

TEST(transaction, that_was_submitted_does_not_expire_by_the_clock) {
  purchase p;
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who), errc::none);
  EXPECT_EQ(p.give(runtime::wake{}, platform, at(1'000)), errc::none);
  EXPECT_EQ(p.s.at, phase::submitted) << "it may have landed: only the chain says";
}

TEST(transaction, ends_once_and_only_by_the_platform_s_word) {
  purchase p;
  EXPECT_EQ(p.give(submit{p.all_signatures()}, p.who), errc::none);
  EXPECT_EQ(p.give(confirm{7}, p.who), errc::forbidden);
  EXPECT_EQ(p.give(confirm{7}, platform), errc::none);
  EXPECT_EQ(p.give(fail{"late"}, platform), errc::none);
  EXPECT_EQ(p.give(expire{}, platform), errc::none);
  EXPECT_EQ(p.s.at, phase::confirmed);
}

TEST(transaction, shows_itself_to_who_asked_for_it) {
  purchase p;
  EXPECT_TRUE(may_read(p.s, p.who));
  EXPECT_FALSE(may_read(p.s, person(2)));
}
