#include "actors/listing/domain.hpp"
#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_schema.hpp"
#include "tests/support/values.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using namespace ainft::runtime;

template <class T>
result<T> read(std::string_view text) {
  auto json = parse_json(text);
  return json ? from_json<T>(*json) : result<T>{json.error()};
}

} // namespace

TEST(json, names_every_field_at_fault_with_its_rule) {
  const auto bad = read<listing::new_listing>(R"({"nftId":"x","kind":"raffle","price":5,"extra":1})");
  ASSERT_FALSE(bad);
  std::map<std::string, std::string> fields;
  for (const auto& f : explain(bad.error()).fields)
    fields[f.pointer] = f.rule;
  EXPECT_EQ(fields.size(), 4u);
  EXPECT_EQ(fields["/extra"], "is not a known field");
  EXPECT_EQ(fields["/kind"], "must be one of fixed auction");
  EXPECT_EQ(fields["/price"], "must be a string");
  EXPECT_TRUE(fields.contains("/nftId"));
}

TEST(json, says_what_is_missing) {
  const auto bad = read<listing::new_bid>("{}");
  EXPECT_EQ(pointer_of(bad), "/amount");
  EXPECT_EQ(explain(bad.error()).fields[0].rule, "is required");
}

TEST(json, refuses_what_is_malformed_duplicate_or_too_deep) {
  EXPECT_EQ(code_of(parse_json("{\"a\":")), errc::malformed_request);
  EXPECT_EQ(code_of(parse_json("{\"a\":1,\"a\":2}")), errc::malformed_request);
  EXPECT_EQ(code_of(parse_json(std::string(1'000, '['))), errc::malformed_request);
  EXPECT_EQ(code_of(parse_json("{} x")), errc::malformed_request);
  EXPECT_EQ(code_of(parse_json("\"\xFF\"")), errc::malformed_request);
}

TEST(json, reads_back_what_it_wrote) {
  listing::terms t;
  t.nft = nft_id::make();
  t.seller = {user_id::make(), wallet(3)};
  t.price = positive_lamports{UINT64_MAX};
  t.ends_at = at(5);
  t.creators = {{wallet(1), 60}, {wallet(2), 40}};
  const auto text = to_json(t);
  const auto again = read<listing::terms>(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_json(*again), text);
  EXPECT_EQ(again->price.get(), UINT64_MAX);
}

TEST(json, escapes_what_must_be) { EXPECT_EQ(to_json(std::string{"a\"\\\n\x01é"}), "\"a\\\"\\\\\\n\\u0001é\""); }

TEST(binary, carries_commands_between_nodes_and_checks_values_on_arrival) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  const listing::place_bid bid{bid_id::make(), positive_lamports{77}};
  caf::byte_buffer bytes;
  caf::binary_serializer sink{system, bytes};
  ASSERT_TRUE(sink.apply(bid));
  listing::place_bid again;
  caf::binary_deserializer source{system, bytes};
  ASSERT_TRUE(source.apply(again));
  EXPECT_EQ(again.id, bid.id);
  EXPECT_EQ(again.amount, bid.amount);
  // The amount's text is at the end: "77" becomes "-7".
  bytes[bytes.size() - 2] = static_cast<caf::byte>('-');
  caf::binary_deserializer broken{system, bytes};
  EXPECT_FALSE(broken.apply(again));
}

TEST(json_schema, describes_a_body_with_its_rules) {
  auto components = nlohmann::json::object();
  const auto schema = json_schema{components}.of<listing::new_listing>();
  EXPECT_EQ(schema["$ref"], "#/components/schemas/ListingNewListing");
  const auto& body = components["ListingNewListing"];
  EXPECT_EQ(body["required"], (nlohmann::json{"nftId", "kind"}));
  EXPECT_EQ(body["properties"]["kind"]["enum"], (nlohmann::json{"fixed", "auction"}));
  EXPECT_EQ(body["properties"]["endsAt"]["format"], "date-time");
}
