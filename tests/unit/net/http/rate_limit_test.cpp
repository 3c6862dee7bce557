#include "net/http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::http;
using std::chrono::milliseconds;

/// Makes calls of one class from any address.
struct callers {
  callers() { at.rate = rate_class::write; }
  call from(const std::string& peer) const {
    call c;
    c.at = &at;
    c.peer = peer;
    return c;
  }
  route at;
};

rate_settings writes(double per_second, double burst) {
  rate_settings out;
  out.of[static_cast<size_t>(rate_class::write)] = {per_second, burst};
  return out;
}

constexpr token_bucket::time start{std::chrono::hours{1}};

} // namespace

TEST(rate_limiter, lets_a_burst_through_and_then_what_the_rate_allows) {
  callers all;
  rate_limiter limit{writes(10, 5)};
  int let = 0;
  for (int i = 0; i < 20; ++i)
    let += limit.allow(all.from("a"), start);
  EXPECT_EQ(let, 5);
  EXPECT_TRUE(limit.allow(all.from("b"), start)) << "another caller has a budget of its own";
  EXPECT_FALSE(limit.allow(all.from("a"), start + milliseconds{99}));
  EXPECT_TRUE(limit.allow(all.from("a"), start + milliseconds{201}));
}

TEST(rate_limiter, says_what_is_left_and_when_there_is_more) {
  callers all;
  rate_limiter limit{writes(0.5, 3.5)};
  auto left = limit.ask(all.from("a"), start);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->policy, "write");
  EXPECT_EQ(left->quota, 3u);
  EXPECT_EQ(left->window, 7u) << "seconds for 3.5 tokens";
  EXPECT_EQ(left->requests, 2u);
  EXPECT_EQ(left->more_after, 1u) << "half a token is missing";
  EXPECT_TRUE(left->is_within);
  for (int i = 0; i < 2; ++i)
    left = limit.ask(all.from("a"), start);
  EXPECT_EQ(left->requests, 0u);
  EXPECT_TRUE(left->is_within);
  left = limit.ask(all.from("a"), start + milliseconds{200});
  EXPECT_FALSE(left->is_within);
  EXPECT_EQ(left->requests, 0u);
  EXPECT_EQ(left->more_after, 1u) << "0.8 s";
  EXPECT_TRUE(limit.ask(all.from("a"), start + milliseconds{1'200})->is_within) << "after that time there is one";
}

TEST(rate_limiter, says_when_a_caller_that_other_nodes_served_may_retry) {
  callers all;
  rate_limiter here{writes(1, 10)}, there{writes(1, 10)};
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(here.allow(all.from("a"), start));
    EXPECT_TRUE(there.allow(all.from("a"), start));
  }
  here.receive(there.take_news(), start);
  const auto left = here.ask(all.from("a"), start);
  EXPECT_FALSE(left->is_within);
  EXPECT_EQ(left->requests, 0u);
  EXPECT_EQ(left->more_after, 11u) << "10 tokens are owed";
}

TEST(rate_limiter, says_nothing_about_a_class_without_a_limit) {
  callers all;
  rate_limiter limit{{}};
  EXPECT_FALSE(limit.ask(all.from("a"), start));
}

TEST(rate_limiter, has_no_limit_for_a_class_without_a_budget) {
  callers all;
  rate_limiter limit{{}};
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(limit.allow(all.from("a"), start));
  EXPECT_EQ(limit.take_news(), "");
}

TEST(rate_limiter, gives_a_caller_one_budget_on_all_nodes) {
  callers all;
  rate_limiter nodes[3]{rate_limiter{writes(50, 20)}, rate_limiter{writes(50, 20)}, rate_limiter{writes(50, 20)}};
  int let = 0;
  auto now = start;
  for (int tick = 0; tick < 100; ++tick) { // 20 seconds with 250 requests per second to each node
    for (int i = 0; i < 50; ++i, now += milliseconds{4})
      for (auto& n : nodes)
        let += n.allow(all.from("a"), now);
    for (auto& from : nodes)
      if (const auto news = from.take_news(); !news.empty())
        for (auto& to : nodes)
          if (&to != &from)
            to.receive(news, now);
  }
  EXPECT_GE(let, 1000) << "fifty a second for twenty seconds";
  EXPECT_LE(let, 1000 + 3 * (20 + 10))
    << "and at the most each node's burst, and what it let through before it heard of the others";
}

TEST(rate_limiter, tells_nothing_of_callers_with_plenty) {
  callers all;
  rate_limiter limit{writes(10, 20)};
  for (int i = 0; i < 9; ++i)
    limit.allow(all.from("a"), start);
  EXPECT_EQ(limit.take_news(), "");
  for (int i = 0; i < 3; ++i)
    limit.allow(all.from("a"), start);
  EXPECT_NE(limit.take_news().find("\"tokens\":12"), std::string::npos);
  EXPECT_EQ(limit.take_news(), "") << "it is told once";
}

TEST(rate_limiter, keeps_a_bounded_number_of_callers_to_tell_of) {
  callers all;
  rate_limiter limit{writes(1, 1)};
  for (int i = 0; i < 30'000; ++i)
    limit.allow(all.from(std::to_string(i)), start);
  const auto told = nlohmann::json::parse(limit.take_news())["of"].size();
  EXPECT_LE(told, 16'000u);
  EXPECT_GE(told, 10'000u);
}

TEST(rate_limiter, passes_over_what_it_cannot_read) {
  callers all;
  rate_limiter limit{writes(10, 5)};
  limit.receive("no JSON", start);
  limit.receive(R"({"of":[{"caller":1,"kind":"sleep","tokens":5}]})", start);
  limit.receive(R"({"of":[{"caller":1,"kind":"none","tokens":5}]})", start);
  EXPECT_TRUE(limit.allow(all.from("a"), start));
}

namespace {

rate_settings few_callers(double per_second, double burst) {
  auto out = writes(per_second, burst);
  out.callers = 160;
  return out;
}

} // namespace

TEST(rate_limiter, keeps_a_bounded_number_of_callers) {
  callers all;
  rate_limiter limit{few_callers(1, 5)};
  for (int i = 0; i < 20'000; ++i)
    limit.allow(all.from(std::to_string(i)), start);
  EXPECT_LE(limit.size(), 160u);
}

TEST(rate_limiter, gives_nobody_a_new_burst_because_many_others_came) {
  callers all;
  rate_limiter limit{few_callers(1, 5)};
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(limit.allow(all.from("a"), start));
  for (int i = 0; i < 20'000; ++i)
    limit.allow(all.from(std::to_string(i)), start);
  EXPECT_FALSE(limit.allow(all.from("a"), start + milliseconds{900}));
  EXPECT_TRUE(limit.allow(all.from("a"), start + milliseconds{1'001})) << "what was spent comes back at the rate";
}

TEST(rate_limiter, lets_newcomers_in_while_many_others_come) {
  callers all;
  rate_limiter limit{few_callers(1, 5)};
  const auto newcomers = [&](const std::string& named) {
    int let = 0;
    for (int i = 0; i < 1'000; ++i)
      for (int n = 0; n < 4; ++n)
        let += limit.allow(all.from(named + std::to_string(i)), start);
    return let;
  };
  for (int i = 0; i < 2'000; ++i)
    limit.allow(all.from(std::to_string(i)), start);
  EXPECT_GE(newcomers("new "), 3'700)
    << "more than ten times the accounts: each but for those who share a trace has four of its five";
  for (int i = 2'000; i < 20'000; ++i)
    limit.allow(all.from(std::to_string(i)), start);
  EXPECT_GE(newcomers("newer "), 2'500) << "more than there are traces, in no time: most still get in";
}

TEST(rate_limiter, keeps_those_who_call_now_and_forgets_those_longest_away) {
  callers all;
  rate_limiter limit{few_callers(1, 5)};
  auto now = start;
  for (int i = 0; i < 5; ++i)
    limit.allow(all.from("a"), now);
  int let = 0;
  for (int i = 0; i < 5'000; ++i, now += milliseconds{1}) {
    limit.allow(all.from(std::to_string(i)), now);
    let += limit.allow(all.from("a"), now);
  }
  EXPECT_LE(let, 5) << "one a second for five seconds";
}

TEST(rate_limiter, counts_an_ipv6_network_as_one_caller_and_mapped_ipv4_as_ipv4) {
  callers all;
  rate_limiter limit{writes(1, 1)};
  EXPECT_TRUE(limit.allow(all.from("2001:db8:1:2::1"), start));
  EXPECT_FALSE(limit.allow(all.from("2001:db8:1:2:ffff::9"), start));
  EXPECT_TRUE(limit.allow(all.from("2001:db8:1:3::1"), start));
  EXPECT_TRUE(limit.allow(all.from("192.0.2.1"), start));
  EXPECT_FALSE(limit.allow(all.from("::ffff:192.0.2.1"), start));
  EXPECT_TRUE(limit.allow(all.from("::ffff:192.0.2.2"), start));
}
