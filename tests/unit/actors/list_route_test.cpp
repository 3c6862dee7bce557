#include "actors/list_route.hpp"

#include "actors/market/listing/queries.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace ainft;
using request = list_request<listing::filter>;

runtime::result<request> asked(std::map<std::string, std::string, std::less<>> query) {
  http::call c;
  c.query = std::move(query);
  return read_list_request<listing::filter>(c);
}

} // namespace

TEST(list_request, names_each_invalid_parameter_of_the_page_and_of_the_filter) {
  const auto got = asked({{"limit", "0"}, {"cursor", "x"}, {"kind", "oval"}, {"state", "live"}, {"sellerId", "me"}});
  ASSERT_FALSE(got);
  std::set<std::string> pointers; // the compiler chooses the order in which the filter's members are read
  for (const auto& f : runtime::explain(got.error()).fields)
    EXPECT_TRUE(pointers.insert(f.pointer).second) << f.pointer;
  EXPECT_EQ(pointers, (std::set<std::string>{"/query/limit", "/query/cursor", "/query/kind", "/query/sellerId"}));
}

TEST(list_request, has_the_page_and_the_filter) {
  const auto got = asked({{"limit", "7"}, {"kind", "auction"}});
  ASSERT_TRUE(got);
  EXPECT_EQ(got->page.limit, 7u);
  EXPECT_EQ(got->filter.kind, listing::kind::auction);
  EXPECT_FALSE(got->filter.state);
}
