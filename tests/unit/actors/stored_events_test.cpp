// Checks that old events can still be read, and still mean the same. The folder tests/unit/stored_events has a sample
// of each version of each event, <kind>.<type>.v<version>.json, and the entity's state after it,
// <kind>.<type>.v<version>.state.json, with:
//   "after"  the earlier events: names of other samples ("listing_live.v1"), or events {"type", "version", "data"}
//   "state"  the state after the sample, in the form of a snapshot
// A version may have further samples, its variants: <kind>.<type>.v<version>.<variant>.json with a .state.json of its
// own. "after" names them in the same way ("listing_created.v2.fixed").
// A new version adds files and changes none. WRITE_STORED_STATES=1 writes "state" (and "after": [] where there is no
// file); read what it wrote.
#include "actors/ai/agent/domain.hpp"
#include "actors/ai/job/domain.hpp"
#include "actors/ai/prompt_template/domain.hpp"
#include "actors/auth/session/domain.hpp"
#include "actors/auth/user/domain.hpp"
#include "actors/chain/transaction/domain.hpp"
#include "actors/market/listing/domain.hpp"
#include "actors/market/nft/domain.hpp"
#include "actors/studios/asset/domain.hpp"
#include "actors/studios/studio/domain.hpp"
#include "runtime/event_codec.hpp"
#include "tests/support/values.hpp"

#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using runtime::errc;

const std::filesystem::path folder = TESTS_FOLDER "/unit/stored_events";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct sample {
  std::string name; ///< without ".json": "listing.listing_live.v1"
  std::string type;
  uint16_t version;
  std::string text;
};

/// `name` is "type.v2" or "type.v2.variant".
sample sample_of(std::string_view kind, const std::string& name) {
  const auto version = name.find(".v");
  const auto file = std::string{kind} + "." + name;
  return {file, name.substr(0, version), static_cast<uint16_t>(std::stoi(name.substr(version + 2))),
          read_file(folder / (file + ".json"))};
}

std::vector<sample> samples_of(std::string_view kind) {
  std::vector<sample> out;
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    const auto name = file.path().stem().string();
    const auto dot = name.find('.');
    if (name.substr(0, dot) == kind && !name.ends_with(".state"))
      out.push_back(sample_of(kind, name.substr(dot + 1)));
  }
  return out;
}

template <class Domain>
void apply(typename Domain::state& to, const sample& s) {
  const auto e = runtime::decode_event<typename Domain::events>(s.type, s.version, s.text);
  ASSERT_TRUE(e) << s.name << ": " << runtime::explain(e.error()).detail;
  evolve(to, *e);
}

/// The state before a sample, from the sample's .state.json.
template <class Domain>
typename Domain::state state_before(const nlohmann::json& expected) {
  typename Domain::state out{};
  for (const auto& e : expected.at("after"))
    if (e.is_string())
      apply<Domain>(out, sample_of(Domain::kind, e.get<std::string>()));
    else
      apply<Domain>(out, {e.at("type"), e.at("type"), e.value("version", uint16_t{1}), e.at("data").dump()});
  return out;
}

template <class Domain>
nlohmann::json json_of(const typename Domain::state& s) {
  return nlohmann::json::parse(runtime::to_json(s));
}

template <class Domain>
struct stored_events : testing::Test {};

using kinds =
  testing::Types<user::domain, session::domain, studio::domain, asset::domain, nft::domain, transaction::domain,
                 listing::domain, ai_job::domain, prompt_template::domain, agent::domain>;
TYPED_TEST_SUITE(stored_events, kinds);

} // namespace

TYPED_TEST(stored_events, of_every_version_are_still_read_and_applied) {
  using events = typename TypeParam::events;
  std::set<std::string> types;
  for (const auto& s : samples_of(TypeParam::kind)) {
    const auto e = runtime::decode_event<events>(s.type, s.version, s.text);
    ASSERT_TRUE(e) << s.name << ": " << runtime::explain(e.error()).detail;
    const auto again = runtime::encode_event(*e);
    EXPECT_EQ(again.type, s.type) << s.name;
    if (again.version == s.version) {
      EXPECT_EQ(nlohmann::json::parse(again.payload), nlohmann::json::parse(s.text)) << s.name;
    }
    typename TypeParam::state state;
    evolve(state, *e); // evolve() is total: it takes any event in any state
    types.insert(s.type);
  }
  EXPECT_EQ(types.size(), std::variant_size_v<events>)
    << "a sample of an event of " << TypeParam::kind << " is missing";
}

TYPED_TEST(stored_events, make_of_an_entity_what_they_always_made) {
  const bool writes = std::getenv("WRITE_STORED_STATES") != nullptr;
  for (const auto& s : samples_of(TypeParam::kind)) {
    const auto file = folder / (s.name + ".state.json");
    auto expected = nlohmann::json::parse(read_file(file), nullptr, false);
    if (writes && expected.is_discarded())
      expected = {{"after", nlohmann::json::array()}};
    ASSERT_TRUE(expected.is_object()) << s.name << " has no expected state; see the comment at the top of this file";
    auto state = state_before<TypeParam>(expected);
    const auto before = json_of<TypeParam>(state);
    apply<TypeParam>(state, s);
    EXPECT_NE(json_of<TypeParam>(state), before)
      << s.name << " changes nothing of what was before: choose an \"after\" that it changes";
    if (writes) {
      expected["state"] = json_of<TypeParam>(state);
      std::ofstream{file} << expected.dump(2) << '\n';
    } else {
      EXPECT_EQ(json_of<TypeParam>(state).dump(2), expected.value("state", nlohmann::json{}).dump(2)) << s.name;
    }
  }
  if (writes)
    GTEST_SKIP() << "the states were written: read them";
}

TEST(stored_event, of_an_unknown_type_or_a_later_version_is_refused_as_unknown_and_a_broken_one_as_broken) {
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("no_such_event", 1, "{}")), errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 99, "{}")),
            errc::unknown_message);
  EXPECT_EQ(code_of(runtime::decode_event<listing::domain::events>("listing_cancelled", 1, "[]")), errc::internal);
}
