#include "net/solana/rpc_answers.hpp"
#include "tests/support/values.hpp"

#include <nlohmann/json.hpp>

namespace {

using namespace ainft;
using runtime::errc;
using testing_values::code_of;

/// A getSignatureStatuses answer at slot 9 with these statuses.
std::string statuses_of(const std::string& list) {
  return R"({"jsonrpc":"2.0","id":1,"result":{"context":{"slot":9},"value":[)" + list + "]}}";
}

std::string status(const std::string& level, const std::string& err = "null") {
  return R"({"slot":3,"confirmations":null,"err":)" + err + R"(,"confirmationStatus":")" + level + "\"}";
}

} // namespace

TEST(rpc_answers, take_a_transaction_for_confirmed_when_it_is_confirmed_or_finalized) {
  const auto body = statuses_of("null," + status("processed") + "," + status("confirmed") + "," + status("finalized"));
  const auto got = solana::rpc_answers::statuses(200, body, 4);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->slot, 9u);
  std::vector<std::pair<bool, bool>> found_and_confirmed;
  for (const auto& s : got->all)
    found_and_confirmed.emplace_back(s.found, s.confirmed);
  EXPECT_EQ(found_and_confirmed,
            (std::vector<std::pair<bool, bool>>{{false, false}, {true, false}, {true, true}, {true, true}}));
}

TEST(rpc_answers, tell_how_a_transaction_failed) {
  const auto body = statuses_of(status("finalized", R"({"InstructionError":[0,{"Custom":1}]})"));
  const auto got = solana::rpc_answers::statuses(200, body, 1);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->all.at(0).failure, R"({"InstructionError":[0,{"Custom":1}]})");
  EXPECT_EQ(got->all.at(0).slot, 3u);
}

TEST(rpc_answers, refuse_statuses_of_another_number_of_transactions) {
  EXPECT_EQ(code_of(solana::rpc_answers::statuses(200, statuses_of("null"), 2)), errc::solana_failed);
  EXPECT_EQ(code_of(solana::rpc_answers::statuses(200, statuses_of("null,null,null"), 2)), errc::solana_failed);
}
