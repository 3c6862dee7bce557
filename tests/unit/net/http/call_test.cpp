#include "net/http/call.hpp"
#include "tests/support/values.hpp"

#include <chrono>

namespace {

using namespace ainft;
using namespace ainft::http;
using testing_values::pointer_of;

using version = std::optional<uint64_t>;

/// Reads a field that must be accepted.
version read(const beast::http::fields& head) {
  const auto got = read_if_match(head);
  EXPECT_TRUE(got);
  return got ? *got : version{};
}

beast::http::fields with(std::initializer_list<const char*> tags) {
  beast::http::fields out;
  for (const auto* t : tags)
    out.insert(beast::http::field::if_match, t);
  return out;
}

std::string retry_after(runtime::errc code) {
  for (const auto& [name, value] : problem_reply(runtime::refuse(code, "why"), "/v1/things").headers)
    if (name == "Retry-After")
      return value;
  return "";
}

} // namespace

TEST(call, reads_the_version_that_if_match_asks_for) {
  EXPECT_EQ(read(with({})), version{});
  EXPECT_EQ(read(with({"*"})), version{});
  EXPECT_EQ(read(with({"\"v7\""})), version{7});
  EXPECT_EQ(read(with({"\"v18446744073709551615\""})), version{UINT64_MAX});
}

TEST(call, refuses_an_if_match_that_names_no_version) {
  for (const auto* tag : {"", "1", "v5", "\"99\"", "\"abc\"", "\"v\"", "W/\"v5\"", "\"v5x\"", "\"v-5\"", "\"v 5\"",
                          "\"v18446744073709551616\"", "\"v1\", \"v5\""}) {
    const auto got = read_if_match(with({tag}));
    EXPECT_FALSE(got) << tag;
    EXPECT_EQ(pointer_of(got), "/headers/If-Match") << tag;
  }
  EXPECT_EQ(pointer_of(read_if_match(with({"\"v1\"", "\"v5\""}))), "/headers/If-Match") << "twice";
}

TEST(call, says_the_form_of_an_if_match) {
  const auto got = read_if_match(with({"v5"}));
  ASSERT_FALSE(got);
  EXPECT_EQ(runtime::explain(got.error()).detail, "If-Match must be a version such as \"v7\", or *");
}

TEST(read_page, names_each_invalid_parameter) {
  call c;
  c.query = {{"limit", "0"}, {"cursor", "x"}};
  const auto got = read_page(c);
  ASSERT_FALSE(got);
  const auto fields = runtime::explain(got.error()).fields;
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].pointer, "/query/limit");
  EXPECT_EQ(fields[1].pointer, "/query/cursor");
  c.query = {{"limit", "7"}};
  const auto good = read_page(c);
  ASSERT_TRUE(good);
  EXPECT_EQ(good->limit, 7u);
  EXPECT_FALSE(good->after);
}

TEST(problem_reply, says_when_a_quota_is_renewed) {
  using namespace std::chrono;
  const auto now = floor<seconds>(system_clock::now());
  const seconds wait{std::stoll(retry_after(runtime::errc::quota_exceeded))};
  const auto renewed = now + wait;
  EXPECT_LE(renewed - floor<days>(renewed), 5s)
    << "at midnight by UTC, give or take the time between two looks at the clock";
  EXPECT_GT(wait, 0s);
  EXPECT_EQ(retry_after(runtime::errc::rate_limited), "1");
  EXPECT_EQ(retry_after(runtime::errc::not_found), "");
}
