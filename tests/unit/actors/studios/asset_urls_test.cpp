#include "actors/studios/asset/urls.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::asset;
using namespace ainft::testing_values;
using std::chrono::seconds;

const auto hash = parsed<content_hash>(std::string(64, 'a')), other = parsed<content_hash>(std::string(64, 'b'));
const std::string key(32, 'k');
constexpr seconds lifetime{1800};

struct signature {
  std::string expires, text;
};

signature parts_of(const std::string& url) {
  const auto begin = url.find("?expires=") + 9, end = url.find("&signature=");
  return {url.substr(begin, end - begin), url.substr(end + 11)};
}

std::string signed_at(int64_t second) { return sign_url("/assets/" + hash.str(), key, lifetime, at(second)); }

} // namespace

TEST(signed_url, opens_its_content_for_one_to_two_lifetimes) {
  const auto url = signed_at(0);
  EXPECT_TRUE(url.starts_with("/assets/" + hash.str() + "?expires="));
  const auto [expires, text] = parts_of(url);
  const auto left = time_left(hash, expires, text, key, at(0));
  ASSERT_TRUE(left);
  EXPECT_GE(*left, lifetime);
  EXPECT_LE(*left, 2 * lifetime);
  EXPECT_EQ(time_left(hash, expires, text, key, at(left->count() - 1)), seconds{1});
  EXPECT_FALSE(time_left(hash, expires, text, key, at(left->count()))) << "its time is over";
}

TEST(signed_url, is_the_same_for_a_while_so_that_caches_hit) {
  const auto first = 1800 - at(0).unix_seconds() % 1800; // start of a window
  EXPECT_EQ(signed_at(first), signed_at(first + 1799));
  EXPECT_NE(signed_at(first), signed_at(first + 1800));
}

TEST(signed_url, opens_nothing_else) {
  const auto [expires, text] = parts_of(signed_at(0));
  EXPECT_FALSE(time_left(other, expires, text, key, at(0)));
  EXPECT_FALSE(time_left(hash, std::to_string(std::stoll(expires) + 1), text, key, at(0)));
  EXPECT_FALSE(time_left(hash, expires, text, std::string(32, 'l'), at(0)));
  for (const auto* bad : {"", "x", "-1", "99999999999999999999999", "1e9", " 1"})
    EXPECT_FALSE(time_left(hash, bad, text, key, at(0))) << bad;
  for (size_t i = 0; i < text.size(); ++i) {
    auto forged = text;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(time_left(hash, expires, forged, key, at(0))) << i;
  }
  EXPECT_FALSE(time_left(hash, expires, "", key, at(0)));
}

TEST(url_key, follows_from_the_token_key_alone) {
  const auto one = solana::key_pair::make(), two = solana::key_pair::make();
  EXPECT_EQ(derive_url_key(one), derive_url_key(one));
  EXPECT_NE(derive_url_key(one), derive_url_key(two));
  EXPECT_EQ(derive_url_key(one).size(), 32u);
}
