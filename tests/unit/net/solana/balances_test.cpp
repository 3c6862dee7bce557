#include "net/solana/balances.hpp"
#include "tests/support/values.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace {

using namespace ainft::solana;
using namespace ainft::testing_values;
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// A fake chain that answers when the test tells it to.
struct chain {
  struct call {
    std::vector<public_key> wallets;
    rpc::receiver<std::vector<lamports>> done;
  };

  std::vector<call> calls; ///< not yet answered
  size_t asked = 0;        ///< number of calls so far
  balances::time now{1h};
  asio::io_context io;
  balances all;
  std::vector<result<lamports>> answers; ///< answers to ask(), in order of arrival

  explicit chain(balances::limits bounds = {})
    : all{[this](const auto& wallets, auto done) {
            ++asked;
            calls.push_back({wallets, std::move(done)});
          },
          bounds, [this] { return now; }} {}

  /// Requests a wallet's balance. The answer is appended to `answers`.
  template <class... Args>
  void ask(Args... args) {
    asio::co_spawn(io, collect(args...), asio::detached);
    run();
  }

  /// Answers the oldest call with a balance of `held` for each wallet.
  void answer(uint64_t held) {
    const auto first = take();
    first.done(std::vector<lamports>(first.wallets.size(), lamports{held}));
    run();
  }

  void fail() {
    take().done(ainft::runtime::refuse(errc::unavailable, "away"));
    run();
  }

private:
  template <class... Args>
  asio::awaitable<void> collect(Args... args) {
    auto got = co_await all.of(args...);
    answers.push_back(std::move(got));
  }

  call take() {
    auto out = std::move(calls.at(0));
    calls.erase(calls.begin());
    return out;
  }

  void run() {
    io.restart();
    io.poll();
  }
};

} // namespace

TEST(balances, are_read_once_for_all_who_ask_meanwhile) {
  chain c;
  for (int i = 0; i < 10; ++i)
    c.ask(wallet(1), 5s);
  EXPECT_EQ(c.asked, 1u);
  EXPECT_TRUE(c.answers.empty());
  c.answer(7);
  ASSERT_EQ(c.answers.size(), 10u);
  for (const auto& a : c.answers)
    EXPECT_EQ(a->get(), 7u);
}

TEST(balances, are_used_until_they_are_too_old_and_renewed_before) {
  chain c;
  c.ask(wallet(1), 5s);
  c.answer(7);
  c.now += 2s;
  c.ask(wallet(1), 5s);
  EXPECT_EQ(c.asked, 1u);
  c.now += 1s;
  c.ask(wallet(1), 5s);
  c.ask(wallet(1), 5s);
  EXPECT_EQ(c.answers.size(), 4u) << "nobody waits";
  EXPECT_EQ(c.asked, 2u) << "a newer one is asked for, once";
  c.answer(9);
  c.ask(wallet(1), 5s);
  EXPECT_EQ(c.answers.back()->get(), 9u);
  c.now += 6s;
  c.ask(wallet(1), 5s);
  EXPECT_EQ(c.answers.size(), 5u) << "too old";
  c.answer(3);
  EXPECT_EQ(c.answers.back()->get(), 3u);
}

TEST(balances, that_are_too_low_are_read_again_after_a_second) {
  chain c;
  c.ask(wallet(1), lamports{100}, 5s);
  c.answer(7);
  EXPECT_EQ(c.answers.size(), 1u) << "just read: that is what it holds";
  c.now += 900ms;
  c.ask(wallet(1), lamports{100}, 5s);
  EXPECT_EQ(c.answers.back()->get(), 7u);
  c.now += 200ms;
  c.ask(wallet(1), lamports{100}, 5s);
  EXPECT_EQ(c.answers.size(), 2u);
  c.answer(100);
  EXPECT_EQ(c.answers.back()->get(), 100u);
}

TEST(balances, of_many_wallets_share_calls_whose_number_is_bounded) {
  chain c{{.kept = 100'000, .calls = 1, .waiting = 3, .pause = 1s}};
  for (uint8_t n = 1; n <= 5; ++n)
    c.ask(wallet(n), 5s);
  EXPECT_EQ(c.asked, 1u);
  ASSERT_EQ(c.answers.size(), 1u) << "one under way, three wait, the fifth is refused";
  EXPECT_EQ(code_of(c.answers[0]), errc::unavailable);
  c.answer(1);
  EXPECT_EQ(c.asked, 2u);
  EXPECT_EQ(c.calls.at(0).wallets.size(), 3u) << "those that waited go together";
  c.answer(2);
  EXPECT_EQ(c.answers.size(), 5u);
}

TEST(balances, are_refused_at_once_for_a_moment_after_the_chain_did_not_answer) {
  chain c{{.kept = 100'000, .calls = 1, .waiting = 3, .pause = 1s}};
  c.ask(wallet(1), 5s);
  c.ask(wallet(2), 5s);
  c.fail();
  EXPECT_EQ(c.answers.size(), 2u) << "who waits does not wait for another failure";
  c.ask(wallet(3), 5s);
  EXPECT_EQ(c.asked, 1u);
  for (const auto& a : c.answers)
    EXPECT_EQ(code_of(a), errc::unavailable);
  c.now += 1s;
  c.ask(wallet(3), 5s);
  c.answer(5);
  EXPECT_EQ(c.answers.back()->get(), 5u);
}
