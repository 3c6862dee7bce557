// The file of the setting cluster.operators-file: the operators who may use a console.
#include "actors/admin/operations/operators_file.hpp"

#include "actors/auth/session/protocol.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace {

using namespace ainft;
using namespace ainft::operations;
using testing::HasSubstr;

const std::string boss_hash = session::token_hash::of("boss's key").str(),
                  guest_hash = session::token_hash::of("guest's key").str();
const std::string boss_line = "boss operator " + boss_hash;

/// Each test has its own file.
class operators : public testing::Test {
protected:
  void write(const std::string& text) const { std::ofstream{path} << text; }

  /// The error of check() for a file with this text; empty if there is none.
  [[nodiscard]] std::string problem_of(const std::string& text) const {
    write(text);
    try {
      file.check();
      return {};
    } catch (const std::runtime_error& e) {
      return e.what();
    }
  }

  void TearDown() override { std::filesystem::remove_all(path); }

  const std::filesystem::path path =
    std::filesystem::temp_directory_path() / ("operators-" + runtime::uuid::make().str());
  const operators_file file{path};
};

} // namespace

TEST_F(operators, are_found_by_their_keys_with_their_roles) {
  write("# name role key\n\n" + boss_line + "\r\nguest viewer " + guest_hash + "\n");
  const auto boss = file.find("boss's key"), guest = file.find("guest's key");
  ASSERT_TRUE(boss && guest);
  EXPECT_EQ(boss->name, "boss");
  EXPECT_TRUE(boss->may_change);
  EXPECT_EQ(guest->name, "guest");
  EXPECT_FALSE(guest->may_change);
  for (const auto* wrong : {"", "another key", "boss's key "})
    EXPECT_EQ(runtime::explain(file.find(wrong).error()).code, runtime::errc::unauthenticated) << wrong;
}

TEST_F(operators, may_have_comments_and_what_sha256sum_prints) {
  EXPECT_EQ(problem_of("\xEF\xBB\xBF" + boss_line + "  -\nguest viewer " + guest_hash + " # Anna, until May\n"), "");
  EXPECT_EQ(file.find("boss's key")->name, "boss");
  EXPECT_EQ(file.find("guest's key")->name, "guest");
}

TEST_F(operators, that_break_a_rule_are_named_by_line_and_rule_and_never_quoted) {
  const auto empty_hash = session::token_hash::of("").str();
  const std::pair<std::string, const char*> broken[] = {
    {"guest viewer", "must have a name, a role and the SHA-256"},
    {"guest viewer " + guest_hash + " more", "must have a name, a role and the SHA-256"},
    {"guest watcher " + guest_hash, "the role viewer or operator"},
    {"guest viewer guest's-key", "64 lowercase hexadecimal digits"},
    {"guest viewer " + empty_hash, "an empty key"},
    {"guest viewer " + boss_hash, "the same key as line 1"},
    {"gu\xFFst viewer " + guest_hash, "must begin with a name that"},
    {"gu\xE2\x80\xAEst viewer " + guest_hash, "must begin with a name that"},
    {"gu\x1Bst viewer " + guest_hash, "must begin with a name that"},
  };
  for (const auto& [line, rule] : broken) {
    const auto problem = problem_of(boss_line + "\n" + line + "\n");
    EXPECT_THAT(problem, HasSubstr("cluster.operators-file: line 2 of ")) << line;
    EXPECT_THAT(problem, HasSubstr(rule)) << line;
    for (const auto& secret : {guest_hash, boss_hash, std::string{"guest's-key"}})
      EXPECT_EQ(problem.find(secret), problem.npos) << problem;
    EXPECT_EQ(file.find("boss's key")->name, "boss") << "other lines count";
  }
}

TEST_F(operators, must_stand_in_a_file) {
  EXPECT_THROW(file.check(), std::runtime_error);
  std::filesystem::create_directory(path);
  EXPECT_THROW(file.check(), std::runtime_error);
  EXPECT_FALSE(file.find("boss's key"));
}
