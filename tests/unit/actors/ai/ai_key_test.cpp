#include "actors/ai/key/vault.hpp"
#include "net/base64.hpp"
#include "tests/support/values.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace {

using namespace ainft;
using ai_key::vault;
using runtime::errc;
using testing_values::code_of;

std::string key_file(const std::string& name, char byte, size_t size = 32) {
  const auto path = std::filesystem::temp_directory_path() / ("ainft-" + std::to_string(getpid()) + "-" + name);
  std::ofstream{path} << net::base64_encode(std::string(size, byte)) << '\n';
  return path.string();
}

} // namespace

TEST(vault, opens_what_it_sealed_for_the_same_purpose_only) {
  const vault v{{key_file("a", 'a')}};
  const auto sealed = v.seal("studio 1", "sk-secret");
  EXPECT_EQ(sealed.find("sk-secret"), sealed.npos);
  EXPECT_EQ(*v.open("studio 1", sealed), "sk-secret");
  EXPECT_EQ(code_of(v.open("studio 2", sealed)), errc::internal);
  EXPECT_EQ(code_of(v.open("studio", sealed)), errc::internal);
  EXPECT_NE(v.seal("studio 1", "sk-secret"), sealed) << "each has a nonce of its own";
}

TEST(vault, refuses_what_was_changed_or_cut) {
  const vault v{{key_file("a", 'a')}};
  const auto sealed = v.seal("p", "secret");
  for (size_t i = 0; i < sealed.size(); ++i) {
    auto other = sealed;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(v.open("p", other)) << i;
    EXPECT_FALSE(v.open("p", sealed.substr(0, i))) << i;
  }
}

TEST(vault, changes_its_key_by_another_before_it) {
  const auto a = key_file("a", 'a'), b = key_file("b", 'b');
  const vault old{{a}}, both{{b, a}}, fresh{{b}};
  const auto sealed = old.seal("p", "secret");
  EXPECT_EQ(*both.open("p", sealed), "secret");
  EXPECT_FALSE(both.is_fresh(sealed));
  EXPECT_EQ(code_of(fresh.open("p", sealed)), errc::internal);
  const auto again = both.seal("p", "secret");
  EXPECT_TRUE(both.is_fresh(again));
  EXPECT_EQ(*fresh.open("p", again), "secret");
}

TEST(vault, needs_keys_of_the_right_size) {
  EXPECT_FALSE(vault{{}}.is_open());
  EXPECT_THROW(vault{{key_file("short", 'a', 31)}}, std::runtime_error);
  EXPECT_THROW(vault{{"/nowhere"}}, std::runtime_error);
}
