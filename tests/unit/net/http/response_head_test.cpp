#include "net/http/response_head.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::http;
using beast::http::field;

/// The head of the response to a request from the page https://app.test, whose origin is allowed.
text_response head_of(const call& c, reply out) {
  beast::http::request_header<> request;
  request.method(verb::get);
  request.set(field::origin, "https://app.test");
  return begin_response(c, request, out, {"https://app.test"});
}

std::string text_of(beast::string_view x) { return {x.data(), x.size()}; }

} // namespace

// draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4
TEST(response_head, says_what_the_caller_has_left_of_its_rate) {
  call c;
  c.rate = rate_left{"sign-in", 30, 6, 29, 1, true};
  const auto head = head_of(c, {});
  EXPECT_EQ(text_of(head["RateLimit-Policy"]), R"("sign-in";q=30;w=6)");
  EXPECT_EQ(text_of(head["RateLimit"]), R"("sign-in";r=29;t=1)");
  EXPECT_EQ(head.count(field::retry_after), 0u);
}

TEST(response_head, says_after_which_time_a_caller_above_its_rate_may_retry) {
  call c;
  c.rate = rate_left{"write", 60, 3, 0, 12, false};
  const auto head = head_of(c, problem_reply(runtime::refuse(runtime::errc::rate_limited, "x"), "/v1/x"));
  EXPECT_EQ(head.result_int(), 429u);
  EXPECT_EQ(text_of(head["RateLimit"]), R"("write";r=0;t=12)");
  EXPECT_EQ(text_of(head[field::retry_after]), "12") << "not before the end of the effective window (section 6)";
  c.rate = rate_left{"write", 60, 3, 0, 100'000, true};
  const auto quota = head_of(c, problem_reply(runtime::refuse(runtime::errc::quota_exceeded, "x"), "/v1/x"));
  EXPECT_NE(text_of(quota[field::retry_after]), "100000") << "it is the end of the day";
}

TEST(response_head, has_no_rate_if_no_budget_was_asked) {
  const auto head = head_of({}, {});
  EXPECT_EQ(head.count("RateLimit-Policy"), 0u);
  EXPECT_EQ(head.count("RateLimit"), 0u);
}

TEST(response_head, lets_pages_of_allowed_origins_read_the_fields_of_the_rate) {
  const auto exposed = text_of(head_of({}, {})[field::access_control_expose_headers]);
  for (const auto* name : {"ETag", "Retry-After", "RateLimit-Policy", "RateLimit"})
    EXPECT_NE((", " + exposed + ",").find(std::string{", "} + name + ","), std::string::npos) << name;
}
