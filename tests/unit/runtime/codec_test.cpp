#include "actors/market/listing/domain.hpp"
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
  EXPECT_EQ(fields["/kind"], "must be one of fixed, auction");
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

TEST(json, refuses_numbers_that_no_double_holds_and_says_where) {
  for (const auto* number : {"1e999", "-1e999", "1e400", "123456789e999"}) {
    const auto bad = parse_json(std::string{R"({"ok":[1,{"x":2}],"list":[0,[],{"k":1},{"a/b~":)"} + number + "}]}");
    EXPECT_EQ(code_of(bad), errc::validation_failed) << number;
    EXPECT_EQ(pointer_of(bad), "/list/3/a~1b~0") << number;
    EXPECT_EQ(explain(bad.error()).detail.find(number), std::string::npos) << "what was sent is not repeated";
  }
  EXPECT_EQ(pointer_of(parse_json("1e999")), "");
  EXPECT_EQ(pointer_of(parse_json("[1,2,-1e999]")), "/2");
  EXPECT_EQ(code_of(parse_json("{\"a\":" + std::string(400, '9') + "}")), errc::validation_failed);
}

TEST(json, never_throws_for_hostile_bytes) {
  const auto nested = [](size_t n, const std::string& open, const std::string& close, const std::string& inside) {
    std::string out;
    for (size_t i = 0; i < n; ++i)
      out += open;
    out += inside;
    for (size_t i = 0; i < n; ++i)
      out += close;
    return out;
  };
  EXPECT_TRUE(parse_json(nested(64, "[", "]", "")));
  EXPECT_FALSE(parse_json(nested(65, "[", "]", "")));
  EXPECT_TRUE(parse_json(nested(63, "{\"a\":", "}", "{}")));
  for (const auto& text : {nested(65, "{\"a\":", "}", "1"),
                           nested(500'000, "[", "]", ""),
                           nested(500'000, "{\"a\":", "}", "1"),
                           nested(500'000, "[{\"a\":", "}]", "1"),
                           std::string{R"("\ud800")"},
                           std::string{R"("\udc00\ud800")"},
                           std::string{R"({"\ud83d":1})"},
                           std::string{"\"\xED\xA0\x80\""},
                           std::string{"\"\xC0\x80\""},
                           std::string{"NaN"},
                           std::string{"-Infinity"},
                           std::string{"01"},
                           std::string{"1."},
                           std::string{"+1"},
                           std::string{"-"},
                           std::string{"\0", 1},
                           std::string{},
                           std::string{"{\"a\":1,\"b\":{\"a\":1},\"a\":1}"},
                           std::string{"[1,]"},
                           std::string{"/**/1"},
                           std::string{"\xEF\xBB\xBF"},
                           std::string(100'000, '"')})
    EXPECT_EQ(code_of(parse_json(text)), errc::malformed_request) << text.substr(0, 40);
  for (const auto* text : {"1e-999", "-1e-999", "18446744073709551615", "18446744073709551616", "-9223372036854775809",
                           "1e308", R"("\ud83d\ude00")", R"("\u0000")"})
    EXPECT_TRUE(parse_json(text)) << text;
}

TEST(json, takes_no_number_for_a_whole_one_that_is_none) {
  for (const auto* number : {"18446744073709551616", "-1", "1.5", "1e3", "1e-999", "-0.0"})
    EXPECT_FALSE(from_json<uint64_t>(*parse_json(number))) << number;
  EXPECT_EQ(*from_json<uint64_t>(*parse_json("18446744073709551615")), UINT64_MAX);
  EXPECT_FALSE(from_json<int64_t>(*parse_json("9223372036854775808")));
}

TEST(json, names_only_so_many_fields_and_says_how_many_more_there_are) {
  nlohmann::json many = nlohmann::json::object();
  for (int i = 0; i < 1'000; ++i)
    many["x" + std::to_string(i)] = i;
  many[std::string(5'000, 'l') + "\xC3\xA9"] = 1;
  const auto bad = from_json<listing::new_bid>(many);
  const auto why = explain(bad.error());
  EXPECT_EQ(why.fields.size(), most_field_errors);
  EXPECT_EQ(why.more_fields, 1'002 - most_field_errors) << "the amount is missing too";
  EXPECT_NE(why.detail.find("952 of which are not listed"), std::string::npos) << why.detail;
  for (const auto& f : why.fields)
    EXPECT_LE(f.pointer.size(), longest_pointer);
  std::vector<field_error> given(most_field_errors, {"/a", "is wrong"});
  EXPECT_EQ(explain(refuse_fields(given)).more_fields, 0u);
  given.push_back({"/b", "is wrong"});
  EXPECT_EQ(explain(refuse_fields(given)).more_fields, 1u);
}

TEST(text, is_cut_between_letters) {
  EXPECT_EQ(cut_utf8("abc", 5), "abc");
  EXPECT_EQ(cut_utf8("abc", 2), "ab");
  EXPECT_EQ(cut_utf8("a\xC3\xA9", 2), "a");
  EXPECT_EQ(cut_utf8("a\xC3\xA9", 3), "a\xC3\xA9");
  EXPECT_EQ(cut_utf8("\xF0\x9F\x98\x80", 3), "");
  EXPECT_EQ(cut_utf8("x\xF0\x9F\x98\x80y", 5), "x\xF0\x9F\x98\x80");
  EXPECT_EQ(cut_utf8("\x80\x80\x80\x80\x80\x80", 5).size(), 5u) << "what is no UTF-8 is cut where it is";
  EXPECT_EQ(cut_utf8("abc", 0), "");
}

TEST(text, is_quoted_whatever_its_bytes_are) {
  EXPECT_EQ(json_quoted("a\"b\n"), R"("a\"b\n")");
  EXPECT_EQ(nlohmann::json::parse(json_quoted("a\xC3")).get<std::string>(), "a\xEF\xBF\xBD");
  EXPECT_EQ(nlohmann::json::parse(json_quoted(std::string{"\0\x7F", 2})).get<std::string>(),
            (std::string{"\0\x7F", 2}));
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
  // The text of the amount is at the end: "77" becomes "-7".
  bytes[bytes.size() - 2] = static_cast<caf::byte>('-');
  caf::binary_deserializer broken{system, bytes};
  EXPECT_FALSE(broken.apply(again));
}

TEST(json_schema, describes_a_body_with_its_rules) {
  auto components = nlohmann::json::object();
  const auto schema = json_schema{components}.of<listing::new_listing>();
  EXPECT_EQ(schema["$ref"], "#/components/schemas/NewListing");
  const auto& body = components["NewListing"][json_schema::whole_key];
  EXPECT_EQ(body["required"], (nlohmann::json{"nftId", "kind"}));
  EXPECT_EQ(body["properties"]["kind"]["enum"], (nlohmann::json{"fixed", "auction"}));
  EXPECT_EQ(body["properties"]["endsAt"]["format"], "date-time");
}

namespace ainft::marks_test {

struct marked {
  uint32_t count = 3;
  std::vector<std::string> names;
  std::optional<double> share;
  uint8_t plain = 0;
  friend bool operator==(const marked&, const marked&) = default;
};
AINFT_DESCRIBE(marked, (count, "howMany", defaulted, between(1, 5), about("Of something.")), (names, between(0, 2)),
               (share, about("A part."), between(-0.5, 0.5)), plain)

} // namespace ainft::marks_test

TEST(described_marks, limit_requests_but_not_stored_values) {
  using marks_test::marked;
  const auto rules = [](std::string_view text) {
    std::map<std::string, std::string> out;
    if (const auto got = read<marked>(text); !got)
      for (const auto& f : explain(got.error()).fields)
        out[f.pointer] = f.rule;
    return out;
  };
  using expected = std::map<std::string, std::string>;
  EXPECT_EQ(rules(R"({"howMany":6,"names":["a","b","c"],"share":0.75,"plain":255})"),
            (expected{{"/howMany", "must be from 1 to 5"},
                      {"/names", "must have 0 to 2 items"},
                      {"/share", "must be from -0.5 to 0.5"}}));
  EXPECT_EQ(rules(R"({"howMany":0,"names":[],"plain":0})"), (expected{{"/howMany", "must be from 1 to 5"}}));
  EXPECT_EQ(rules(R"({"howMany":"x","names":7,"plain":0})").size(), 2u) << "one rule for each field";
  EXPECT_EQ(rules(R"({"howMany":"x","names":[5],"share":"x","plain":"x"})"),
            (expected{{"/howMany", "must be a whole number from 1 to 5"},
                      {"/names/0", "must be a string"},
                      {"/share", "must be a number from -0.5 to 0.5"},
                      {"/plain", "must be a whole number from 0 to 255"}}))
    << "the limits of the field, not those of its type";
  EXPECT_EQ(rules(R"({"howMany":5,"names":["a","b"],"share":-0.5,"plain":0})"), expected{});
  const auto usual = read<marked>(R"({"names":[],"plain":1})");
  ASSERT_TRUE(usual);
  EXPECT_EQ(*usual, (marked{3, {}, {}, 1}));
  const auto stored =
    from_json<marked>(*parse_json(R"({"howMany":60,"names":[],"plain":1})"), json_reader::unknown_fields::ignored);
  ASSERT_TRUE(stored) << "the limits may have changed since it was written";
  EXPECT_EQ(stored->count, 60u);
}

TEST(described_marks, are_in_the_schema) {
  nlohmann::json components;
  json_schema{components}.of<marks_test::marked>();
  const auto& shown = components.at("Marked").at("properties");
  EXPECT_EQ(shown.at("howMany"),
            nlohmann::json::parse(R"({"type":"integer","minimum":1,"maximum":5,"description":"Of something."})"));
  EXPECT_EQ(shown.at("names"),
            nlohmann::json::parse(R"({"type":"array","items":{"type":"string"},"minItems":0,"maxItems":2})"));
  EXPECT_EQ(shown.at("share"),
            nlohmann::json::parse(R"({"type":"number","minimum":-0.5,"maximum":0.5,"description":"A part."})"));
  EXPECT_EQ(components.at("Marked").at("required"), nlohmann::json::parse(R"(["names","plain"])"));
}
