#include "actors/auth/session/access_token.hpp"
#include "actors/auth/session/domain.hpp"
#include "actors/auth/session/sign_in.hpp"
#include "net/base64.hpp"
#include "runtime/codec/json_text.hpp"
#include "runtime/codec/json_writer.hpp"
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

errc rotate(state& s, const char* from, const char* to, runtime::time_point now = at(1),
            std::optional<token_hash> client = {}, uint32_t grace = 30) {
  const auto decided = decide(
    s, rotate_token{token_hash::of(from), token_hash::of(to), at(2'000), std::move(client), grace}, {now, owner});
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

namespace {

const auto phone = token_hash::of("first, from a phone"), other_phone = token_hash::of("first, from another phone");

/// A session that exchanged its first token at 1 s.
state exchanged_once() {
  auto s = opened();
  EXPECT_EQ(rotate(s, "first", "lost", at(1), phone), errc::none);
  return s;
}

} // namespace

TEST(session, exchanges_a_token_once_more_for_the_same_client_whose_answer_was_lost) {
  auto s = exchanged_once();
  EXPECT_EQ(rotate(s, "first", "second", at(31), phone), errc::none);
  EXPECT_FALSE(s.shown.revoked_at);
  EXPECT_EQ(rotate(s, "second", "third", at(32), phone), errc::none);
  EXPECT_FALSE(s.shown.revoked_at);
}

TEST(session, has_one_current_token_after_it_exchanged_one_once_more) {
  auto s = exchanged_once();
  EXPECT_EQ(rotate(s, "first", "second", at(2), phone), errc::none);
  EXPECT_EQ(rotate(s, "lost", "other", at(3), phone), errc::none);
  EXPECT_TRUE(s.shown.revoked_at) << "somebody has the first answer, and somebody else the second";
  EXPECT_EQ(rotate(s, "second", "third", at(4), phone), errc::token_invalid);
}

TEST(session, exchanges_a_token_once_more_and_no_more) {
  auto s = exchanged_once();
  EXPECT_EQ(rotate(s, "first", "second", at(2), phone), errc::none);
  EXPECT_EQ(rotate(s, "first", "other", at(3), phone), errc::none);
  EXPECT_TRUE(s.shown.revoked_at);
}

TEST(session, ends_when_an_exchanged_token_comes_late_or_from_another_client_or_is_not_the_latest) {
  auto late = exchanged_once(), stolen = exchanged_once(), unnamed = exchanged_once(), strict = exchanged_once(),
       old = exchanged_once();
  rotate(late, "first", "other", at(32), phone);
  EXPECT_TRUE(late.shown.revoked_at);
  rotate(stolen, "first", "other", at(2), other_phone);
  EXPECT_TRUE(stolen.shown.revoked_at);
  rotate(unnamed, "first", "other", at(2));
  EXPECT_TRUE(unnamed.shown.revoked_at);
  rotate(strict, "first", "other", at(2), phone, 0);
  EXPECT_TRUE(strict.shown.revoked_at);
  rotate(old, "lost", "second", at(2), phone);
  rotate(old, "first", "other", at(3), phone);
  EXPECT_TRUE(old.shown.revoked_at);
}

TEST(session, exchanges_nothing_once_more_that_an_older_version_exchanged) {
  auto s = opened();
  evolve(s, token_rotated{token_hash::of("second"), at(2'000), std::nullopt, std::nullopt, false});
  rotate(s, "first", "other", at(1), phone);
  EXPECT_TRUE(s.shown.revoked_at);
}

TEST(session, keeps_the_token_before_in_its_snapshot) {
  const auto s = exchanged_once();
  auto again = runtime::from_json_text<state>(runtime::to_json(s));
  ASSERT_TRUE(again);
  EXPECT_EQ(rotate(*again, "first", "second", at(2), phone), errc::none);
  EXPECT_FALSE(again->shown.revoked_at);
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
    // The last character of base64url may hold unused bits. libsodium refuses them if they are not zero.
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
  EXPECT_EQ(m.text(),
            "ainft.test wants you to sign in with your Solana account:\n" + wallet(7).str()
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
