// Checks that old events can still be read, and still mean the same. See tests/support/stored_events.hpp.
#include "tests/support/stored_events.hpp"

#include "actors/market/listing/domain.hpp"
#include "runtime/event_codec.hpp"
#include "tests/support/values.hpp"

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using runtime::errc;

const std::filesystem::path folder = TESTS_FOLDER "/unit/stored_events";

} // namespace

TEST(stored_events, of_every_kind_and_version_are_still_read_and_mean_the_same) {
  for (const auto* kind : all_of(&capability::kinds)) {
    SCOPED_TRACE(kind->name);
    stored_events::samples{*kind, folder}.check();
  }
}

TEST(stored_events, belong_to_a_kind_that_exists) {
  std::set<std::string> kinds;
  for (const auto* kind : all_of(&capability::kinds))
    kinds.emplace(kind->name);
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    const auto name = file.path().filename().string();
    EXPECT_TRUE(kinds.contains(name.substr(0, name.find('.')))) << name;
  }
}

TEST(stored_event, of_an_unknown_type_or_a_later_version_is_refused_as_unknown_and_a_broken_one_as_broken) {
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("no_such_event", 1, "{}")), errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 99, "{}")),
            errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 1, "[]")), errc::internal);
}
