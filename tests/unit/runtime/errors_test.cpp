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

TEST(joined, names_the_fields_of_all_errors) {
  auto many = refuse_fields(std::vector<field_error>(most_field_errors - 1, {"/a", "is wrong"}), 5);
  const auto p =
    explain(joined({{}, std::move(many), refuse_field("/b", "is wrong"), refuse_field("/c", "is wrong"), {}}));
  EXPECT_EQ(p.code, errc::validation_failed);
  ASSERT_EQ(p.fields.size(), most_field_errors);
  EXPECT_EQ(p.fields.front().pointer, "/a");
  EXPECT_EQ(p.fields.back().pointer, "/b");
  EXPECT_EQ(p.more_fields, 6u);
}

TEST(joined, is_the_first_error_if_that_names_no_fields) {
  EXPECT_FALSE(joined({}));
  EXPECT_FALSE(joined({{}, {}}));
  const auto first = explain(joined({refuse(errc::not_found, "no such thing"), refuse_field("/b", "is wrong")}));
  EXPECT_EQ(first.code, errc::not_found);
  EXPECT_EQ(first.detail, "no such thing");
  const auto second = explain(joined({refuse_field("/b", "is wrong"), refuse(errc::not_found, "no such thing")}));
  EXPECT_EQ(second.code, errc::validation_failed);
  EXPECT_EQ(second.fields.size(), 1u);
}

TEST(refuse_fields, says_the_first_field_and_how_many_more_there_are) {
  const auto detail = [](size_t count, size_t more) {
    std::vector<field_error> fields{{"/a", "is required"}};
    fields.resize(count, {"/b", "is wrong"});
    return explain(refuse_fields(std::move(fields), more)).detail;
  };
  EXPECT_EQ(detail(1, 0), "/a is required");
  EXPECT_EQ(detail(3, 0), "/a is required; 2 more in errors");
  EXPECT_EQ(detail(most_field_errors + 2, 1),
            "/a is required; 52 more fields are not valid, 3 of which are not listed");
}

TEST(refuse_fields, names_a_field_as_people_do) {
  const auto detail = [](std::string pointer) { return explain(refuse_field(std::move(pointer), "is wrong")).detail; };
  EXPECT_EQ(detail(""), "the body is wrong");
  EXPECT_EQ(detail("/price"), "/price is wrong");
  EXPECT_EQ(detail("/query/limit"), "the query parameter limit is wrong");
  EXPECT_EQ(detail("/headers/If-Match"), "If-Match is wrong");
}
