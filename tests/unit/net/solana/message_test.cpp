#include "net/solana/message.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::solana;
using ainft::testing_values::wallet;

/// A message with two accounts, of which the first signs, and one instruction for the second with the first as its
/// account.
message small() {
  message out;
  out.required_signatures = 1;
  out.readonly_unsigned = 1;
  out.accounts = {wallet(1), wallet(2)};
  out.instructions.push_back({1, {0}, "data"});
  return out;
}

} // namespace

TEST(message, refuses_a_header_that_does_not_fit_its_accounts) {
  EXPECT_TRUE(message::parse(small().serialize()));
  constexpr std::array<std::array<uint8_t, 3>, 5> wrong{{{0, 0, 1}, {3, 0, 0}, {1, 1, 1}, {1, 0, 2}, {2, 0, 1}}};
  for (const auto& [required, readonly_signed, readonly_unsigned] : wrong) {
    auto m = small();
    m.required_signatures = required;
    m.readonly_signed = readonly_signed;
    m.readonly_unsigned = readonly_unsigned;
    EXPECT_FALSE(message::parse(m.serialize()))
      << int{required} << ' ' << int{readonly_signed} << ' ' << int{readonly_unsigned};
  }
}

TEST(message, refuses_an_instruction_that_names_an_account_which_it_does_not_have) {
  auto m = small();
  m.instructions[0].program_index = 2;
  EXPECT_FALSE(message::parse(m.serialize()));
  m = small();
  m.instructions[0].accounts = {0, 2};
  EXPECT_FALSE(message::parse(m.serialize()));
}
