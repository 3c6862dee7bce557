#include "runtime/errors.hpp"

#include <caf/sec.hpp>
#include <gtest/gtest.h>

using namespace ainft::runtime;

TEST(problem, says_nothing_of_an_error_that_is_none) { EXPECT_EQ(explain(caf::error{}).code, errc::none); }

TEST(problem, is_unavailable_for_what_did_not_answer_and_internal_for_what_is_not_ours) {
  EXPECT_EQ(explain(caf::make_error(caf::sec::request_timeout)).code, errc::unavailable);
  EXPECT_EQ(explain(caf::make_error(caf::sec::runtime_error)).code, errc::internal);
}
