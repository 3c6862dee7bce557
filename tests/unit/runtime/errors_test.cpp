#include "runtime/errors.hpp"

#include <caf/sec.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

using namespace ainft::runtime;

TEST(problem, says_nothing_of_an_error_that_is_none) { EXPECT_EQ(explain(caf::error{}).code, errc::none); }

TEST(problem, is_unavailable_for_what_did_not_answer_and_internal_for_what_is_not_ours) {
  EXPECT_EQ(explain(caf::make_error(caf::sec::request_timeout)).code, errc::unavailable);
  EXPECT_EQ(explain(caf::make_error(caf::sec::runtime_error)).code, errc::internal);
}

namespace {

const errc own = define_error({418, "own_code_of_a_test", "An own code"});

} // namespace

TEST(errors, of_capabilities_have_their_own_status_name_and_title) {
  const auto shown = explain(refuse(own, "a reason"));
  EXPECT_EQ(shown.code, own);
  EXPECT_EQ(shown.detail, "a reason");
  EXPECT_EQ(traits(own).status, 418);
  EXPECT_EQ(traits(own).title, "An own code");
  errc read{};
  EXPECT_TRUE(from_string("own_code_of_a_test", read));
  EXPECT_EQ(read, own);
  EXPECT_TRUE(from_integer(static_cast<uint8_t>(own), read));
  EXPECT_FALSE(from_integer(255, read)) << "nobody defined it";
  EXPECT_FALSE(from_integer(static_cast<uint8_t>(errc::not_implemented) + 1, read)) << "nobody defined it";
  const auto all = all_errors();
  EXPECT_EQ(std::count(all.begin(), all.end(), own), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), errc::none), 0);
}

TEST(errors, are_defined_once_and_with_the_status_of_an_error) {
  EXPECT_THROW((void)define_error({409, "own_code_of_a_test", "Again"}), std::logic_error);
  EXPECT_THROW((void)define_error({409, "not_found", "A code of the runtime"}), std::logic_error);
  EXPECT_THROW((void)define_error({409, "none", "A code of the runtime"}), std::logic_error);
  EXPECT_THROW((void)define_error({200, "fine", "No error"}), std::logic_error);
}
