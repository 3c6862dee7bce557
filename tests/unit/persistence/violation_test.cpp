#include "persistence/session.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ainft;

/// What a client reads about the violation of a constraint.
runtime::problem explained(const std::string& constraint) {
  const pqxx::sql_error e{"ERROR:  duplicate key value violates constraint \"" + constraint + "\"\n", "insert",
                          "23505"};
  return runtime::explain(persistence::explain_violation(e));
}

} // namespace

TEST(violation, names_the_field_whose_value_is_taken) {
  const auto p = explained("studios_slug_unique");
  EXPECT_EQ(p.code, runtime::errc::conflict);
  ASSERT_EQ(p.fields.size(), 1u);
  EXPECT_EQ(p.fields[0].pointer, "/slug");
}

TEST(violation, names_no_part_of_the_database) {
  for (const auto* constraint : {"listings_open_idx", ""}) {
    const auto p = explained(constraint);
    EXPECT_EQ(p.code, runtime::errc::conflict);
    EXPECT_EQ(p.detail, "the change conflicts with another one that was made first; read the resource again");
  }
}
