// What was written stays readable: tests/unit/stored_events/<kind>.<type>.v<version>.json holds an event of each version that was
// ever written. A new version adds a file and changes none.
#include "actors/agent/domain.hpp"
#include "actors/ai_job/domain.hpp"
#include "actors/asset/domain.hpp"
#include "actors/listing/domain.hpp"
#include "actors/nft/domain.hpp"
#include "actors/prompt_template/domain.hpp"
#include "actors/session/domain.hpp"
#include "actors/studio/domain.hpp"
#include "actors/transaction/domain.hpp"
#include "actors/user/domain.hpp"
#include "runtime/event_codec.hpp"
#include "tests/support/values.hpp"

#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using runtime::errc;

struct sample {
  std::string type;
  uint16_t version;
  std::string text;
};

std::vector<sample> samples_of(std::string_view kind) {
  std::vector<sample> out;
  for (const auto& file : std::filesystem::directory_iterator{TESTS_FOLDER "/unit/stored_events"}) {
    const auto name = file.path().stem().string();
    const auto dot = name.find('.'), version = name.rfind(".v");
    if (name.substr(0, dot) != kind)
      continue;
    std::ifstream in{file.path()};
    out.push_back({name.substr(dot + 1, version - dot - 1), static_cast<uint16_t>(std::stoi(name.substr(version + 2))),
                   {std::istreambuf_iterator<char>{in}, {}}});
  }
  return out;
}

template <class Domain>
struct stored_events : testing::Test {};

using kinds = testing::Types<user::domain, session::domain, studio::domain, asset::domain, nft::domain, transaction::domain,
                             listing::domain, ai_job::domain, prompt_template::domain, agent::domain>;
TYPED_TEST_SUITE(stored_events, kinds);

} // namespace

TYPED_TEST(stored_events, of_every_version_are_still_read_and_applied) {
  using events = typename TypeParam::events;
  std::set<std::string> types;
  for (const auto& s : samples_of(TypeParam::kind)) {
    const auto e = runtime::decode_event<events>(s.type, s.version, s.text);
    ASSERT_TRUE(e) << s.type << ": " << runtime::explain(e.error()).detail;
    const auto again = runtime::encode_event(*e);
    EXPECT_EQ(again.type, s.type);
    if (again.version == s.version) {
      EXPECT_EQ(nlohmann::json::parse(again.payload), nlohmann::json::parse(s.text)) << s.type;
    }
    typename TypeParam::state state;
    evolve(state, *e); // total: whatever the state
    types.insert(s.type);
  }
  EXPECT_EQ(types.size(), std::variant_size_v<events>) << "a sample of an event of " << TypeParam::kind << " is missing";
}

TEST(stored_event, of_an_unknown_type_or_a_later_version_is_refused_as_unknown_and_a_broken_one_as_broken) {
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("no_such_event", 1, "{}")), errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 99, "{}")), errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 1, "[]")), errc::internal);
}
