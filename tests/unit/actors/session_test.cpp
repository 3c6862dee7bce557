#include "actors/session/access_token.hpp"
#include "actors/session/domain.hpp"
#include "actors/session/sign_in.hpp"
#include "net/base64.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::session;
using namespace ainft::testing_values;
using runtime::errc;

const auto owner = person(1);

state opened() {
  state s;
  const open_session open{session_id::make(), user_id{owner.user}, token_hash::of("first"), at(1'000)};
  const auto decided = decide(s, open, {at(0), owner});
  EXPECT_TRUE(decided);
  for (const auto& e : *decided)
    evolve(s, e);
  return s;
}

errc rotate(state& s, const char* from, const char* to, runtime::time_point now = at(1)) {
  const auto decided = decide(s, rotate_token{token_hash::of(from), token_hash::of(to), at(2'000)}, {now, owner});
  if (decided)
    for (const auto& e : *decided)
      evolve(s, e);
  return code_of(decided);
}

claims some_claims() {
  return {"https://ainft.test", user_id::make(), session_id::make(), wallet(7), 1'900'000'000, 1'900'000'900};
}

} // namespace

TEST(session, exchanges_its_refresh_token_for_the_next) {
  auto s = opened();
  EXPECT_EQ(rotate(s, "first", "second"), errc::none);
  EXPECT_EQ(rotate(s, "second", "third"), errc::none);
  EXPECT_FALSE(s.shown.revoked_at);
  EXPECT_EQ(s.shown.expires_at, at(2'000));
}

TEST(session, ends_when_a_token_is_used_twice) {
  auto s = opened();
  EXPECT_EQ(rotate(s, "first", "second"), errc::none);
  EXPECT_EQ(rotate(s, "first", "other"), errc::none);
  EXPECT_TRUE(s.shown.revoked_at);
  EXPECT_EQ(rotate(s, "second", "third"), errc::token_invalid);
}

TEST(session, refuses_a_token_that_it_never_had_and_any_after_its_end) {
  auto s = opened();
  EXPECT_EQ(rotate(s, "guess", "next"), errc::token_invalid);
  EXPECT_EQ(rotate(s, "first", "next", at(1'000)), errc::token_invalid);
}

TEST(session, shows_itself_to_nobody_else) {
  const auto s = opened();
  EXPECT_TRUE(may_read(s, owner));
  EXPECT_FALSE(may_read(s, person(2)));
}

TEST(access_token, says_what_was_signed) {
  const token_signer signer{solana::key_pair::make()};
  const auto token = signer.sign(some_claims());
  const auto read = signer.verify(token, at(0));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->wallet, wallet(7));
  EXPECT_EQ(read->iss, "https://ainft.test");
}

TEST(access_token, is_refused_when_it_has_expired_was_changed_or_is_another_key_s) {
  const token_signer signer{solana::key_pair::make()}, other{solana::key_pair::make()};
  const auto token = signer.sign(some_claims());
  EXPECT_EQ(code_of(signer.verify(token, at(899))), errc::none);
  EXPECT_EQ(code_of(signer.verify(token, at(900))), errc::token_invalid);
  EXPECT_EQ(code_of(other.verify(token, at(0))), errc::token_invalid);
  for (size_t i = 0; i < token.size(); ++i) {
    auto changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    // The last character of base64url may hold bits that say nothing; libsodium refuses those that are not zero.
    EXPECT_EQ(code_of(signer.verify(changed, at(0))), errc::token_invalid) << "at " << i;
  }
}

TEST(access_token, cannot_choose_its_own_algorithm) {
  const token_signer signer{solana::key_pair::make()};
  const auto token = signer.sign(some_claims());
  const auto body = token.substr(token.find('.'));
  EXPECT_EQ(code_of(signer.verify(net::base64url_encode(R"({"alg":"none"})") + body, at(0))), errc::token_invalid);
  EXPECT_EQ(code_of(signer.verify("", at(0))), errc::token_invalid);
  EXPECT_EQ(code_of(signer.verify("..", at(0))), errc::token_invalid);
}

TEST(sign_in_message, is_the_one_of_sign_in_with_solana) {
  const sign_in_message m{"ainft.test", wallet(7), "https://ainft.test", "localnet", "abc123", at(0), at(300)};
  EXPECT_EQ(m.text(), "ainft.test wants you to sign in with your Solana account:\n" + wallet(7).str()
                        + "\n\nSigning in costs nothing and sends no transaction.\n\nURI: https://ainft.test\nVersion: 1\n"
                          "Chain ID: localnet\nNonce: abc123\nIssued At: "
                        + at(0).str() + "\nExpiration Time: " + at(300).str());
}

TEST(nonce, is_long_alphanumeric_and_never_the_same) {
  const auto a = make_nonce(), b = make_nonce();
  EXPECT_NE(a, b);
  EXPECT_GE(a.size(), 16u);
  EXPECT_TRUE(std::all_of(a.begin(), a.end(), [](unsigned char c) { return std::isalnum(c); })) << a;
}
