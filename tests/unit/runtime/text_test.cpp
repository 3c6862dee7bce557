#include "actors/ai/agent/protocol.hpp"
#include "actors/market/nft/protocol.hpp"
#include "actors/studios/studio/domain.hpp"
#include "runtime/codec/json_reader.hpp"
#include "runtime/codec/json_schema.hpp"
#include "runtime/event_codec.hpp"
#include "runtime/text.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::runtime;
using namespace ainft::testing_values;

using name = display_text<80>;
using lines = paragraph_text<0, 2000>;

std::string utf8(std::initializer_list<char32_t> points) {
  std::string out;
  for (const auto c : points) {
    if (c < 0x80)
      out += static_cast<char>(c);
    else if (c < 0x800)
      (out += static_cast<char>(0xC0 | c >> 6)) += static_cast<char>(0x80 | (c & 0x3F));
    else if (c < 0x10000)
      ((out += static_cast<char>(0xE0 | c >> 12)) += static_cast<char>(0x80 | (c >> 6 & 0x3F))) +=
        static_cast<char>(0x80 | (c & 0x3F));
    else
      (((out += static_cast<char>(0xF0 | c >> 18)) += static_cast<char>(0x80 | (c >> 12 & 0x3F))) +=
       static_cast<char>(0x80 | (c >> 6 & 0x3F))) += static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

/// Characters of every class that the rules mention.
rc::Gen<std::string> any_text() {
  const auto point = rc::gen::weightedOneOf<char32_t>(
    {{6, rc::gen::inRange<char32_t>(0x20, 0x7F)},
     {2, rc::gen::elementOf(std::vector<char32_t>{' ',     '\n',    '\r',   '\t',   0xA0,    0x3000,  0x301,  0x323,
                                                  0x200D,  0x200C,  0xFE0F, 0xFE0E, 0x1F468, 0x1F3FD, 0x2764, 0x94D,
                                                  0x915,   0x1100,  0x1161, 0x11A8, 0x212B,  0x6D0,   0x627,  0xE0067,
                                                  0x1F3F4, 0x1F1E9, 0xFB1D, 0x958,  0x0F73,  0x1D160, 0x20E3})},
     {2, rc::gen::inRange<char32_t>(0x80, 0x800)},
     {1, rc::gen::inRange<char32_t>(0x800, 0xD800)},
     {1, rc::gen::inRange<char32_t>(0x10000, 0x20000)}});
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(point), [](const std::vector<char32_t>& all) {
    std::string out;
    for (const auto c : all)
      out += utf8({c});
    return out;
  });
}

} // namespace

TEST(display_text, refuses_what_misleads_or_is_not_seen) {
  const std::pair<std::string, std::string_view> hostile[] = {
    {"", "empty"},
    {" ", "empty"},
    {utf8({0x3000, 0xA0, 0x2003}), "empty"},
    {"a\nb", "control character U+000A"},
    {std::string{"a\0b", 3}, "control character U+0000"},
    {utf8({'a', 0x85, 'b'}), "control character U+0085"},
    {"a\x7F", "control character U+007F"},
    {utf8({'a', 0x2028, 'b'}), "separator U+2028"},
    {utf8({'g', 0x202E, 'n', 'p'}), "bidirectional control U+202E"},
    {utf8({'a', 0x202A}), "bidirectional control U+202A"},
    {utf8({'a', 0x2066, 'b', 0x2069}), "bidirectional control U+2066"},
    {utf8({'a', 0x200E, 'b'}), "bidirectional control U+200E"},
    {utf8({'a', 0x61C, 'b'}), "bidirectional control U+061C"},
    {utf8({'a', 0x200B, 'b'}), "invisible character U+200B"},
    {utf8({0x200B}), "invisible character U+200B"},
    {utf8({'a', 0xFEFF}), "invisible character U+FEFF"},
    {utf8({'a', 0xAD, 'b'}), "invisible character U+00AD"},
    {utf8({'a', 0x2060, 'b'}), "invisible character U+2060"},
    {utf8({0x3164}), "invisible character U+3164"},
    {utf8({0x115F}), "invisible character U+115F"},
    {utf8({0x2800}), "invisible character U+2800"},
    {utf8({'a', 0x34F, 'b'}), "invisible character U+034F"},
    {utf8({'a', 0xFFF9, 'b', 0xFFFB}), "invisible character U+FFF9"},
    {utf8({'a', 0x200D, 'b'}), "invisible character U+200D there"},
    {utf8({'a', 0x200C, 'b'}), "invisible character U+200C there"},
    {utf8({0x1F468, 0x200D}), "invisible character U+200D there"},
    {utf8({'a', 0xFE0F}), "invisible character U+FE0F"},
    {utf8({0x2764, 0xFE0F, 0xFE0F}), "invisible character U+FE0F"},
    {utf8({0x1F3F4, 0xE0073, 0xE0065, 0xE007F}), "invisible character U+E0073"},
    {utf8({'a', 0xE0041, 0xE007F}), "invisible character U+E0041"},
    {utf8({'a', 0xE0100}), "invisible character U+E0100"},
    {utf8({0xE000}), "unassigned or private character U+E000"},
    {utf8({0x378}), "unassigned or private character U+0378"},
    {utf8({0xFFFF}), "unassigned or private character U+FFFF"},
    {utf8({0x10FFFF}), "unassigned or private character U+10FFFF"},
    {utf8({'a', 0xFFFC}), "replacement character U+FFFC"},
    {utf8({'a', 0xFFFD, 'b'}), "replacement character U+FFFD"},
    {utf8({0x301}), "combining mark U+0301"},
    {utf8({'a', 0x300, 0x317, 0x302, 0x318, 0x304, 0x319, 0x306, 0x31C, 0x308, 0x31D, 0x30A, 0x31E}),
     "more than 8 combining marks"},
    {"\xED\xA0\x80", "well-formed UTF-8"},
    {"\xC3", "well-formed UTF-8"},
    {"\xC0\x80", "well-formed UTF-8"},
    {"\xF4\x90\x80\x80", "well-formed UTF-8"},
    {std::string(81, 'a'), "1 to 80 characters"},
    {std::string(5'000'000, ' '), "1 to 80 characters"},
  };
  for (const auto& [text, why] : hostile) {
    const auto read = name::parse(text);
    ASSERT_FALSE(read) << why;
    EXPECT_NE(explain(read.error()).detail.find(why), std::string::npos) << why << ": " << explain(read.error()).detail;
  }
}

TEST(display_text, takes_names_of_all_scripts_and_emoji) {
  for (const auto& good : {
         utf8({'N', 'e', 'o', 'n', ' ', 'G', 'a', 'r', 'd', 'e', 'n'}),
         utf8({0x645, 0x6CC, 0x200C, 0x62E, 0x648, 0x627, 0x647, 0x645}), // Persian, with a ZWNJ
         utf8({0x915, 0x94D, 0x200D, 0x937}),
         utf8({0x915, 0x94D, 0x200C, 0x937}),                     // Devanagari
         utf8({0x5E9, 0x5B8, 0x5C1, 0x5DC, 0x5D5, 0x5B9, 0x5DD}), // Hebrew with points
         utf8({0x845B, 0xE0100}),                                 // an ideographic variant
         utf8({0x1F468, 0x1F3FD, 0x200D, 0x1F680}),
         utf8({0x2764, 0xFE0F, 0x200D, 0x1F525}),
         utf8({0x1F3F4, 0x200D, 0x2620, 0xFE0F}),
         utf8({0x1F1E9, 0x1F1EA}),
         utf8({'1', 0xFE0F, 0x20E3}),
         utf8({0x1F3F4, 0xE0067, 0xE0062, 0xE0073, 0xE0063, 0xE0074, 0xE007F}), // Scotland
         utf8({0xE01, 0xE33}),
         utf8({0xD55C}),
       }) {
    const auto read = name::parse(good);
    ASSERT_TRUE(read) << good << ": " << explain(read.error()).detail;
    EXPECT_EQ(read->str(), good);
  }
}

TEST(display_text, is_kept_in_nfc_and_trimmed) {
  EXPECT_EQ(parsed<name>(utf8({'e', 0x301})).str(), utf8({0xE9}));
  EXPECT_EQ(parsed<name>(utf8({0x212B})).str(), utf8({0xC5}));
  EXPECT_EQ(parsed<name>(utf8({0x1112, 0x1161, 0x11AB})).str(), utf8({0xD55C}));
  EXPECT_EQ(parsed<name>(utf8({0x3000, ' ', 'a', ' ', 'b', 0xA0, '\n'})).str(), "a b");
}

TEST(display_text, is_bounded_in_clusters_and_in_bytes) {
  std::string families;
  for (int i = 0; i < 12; ++i)
    families += utf8({0x1F468, 0x200D, 0x1F469, 0x200D, 0x1F467, 0x200D, 0x1F466}); // one cluster of 25 bytes
  EXPECT_TRUE(name::parse(families));
  EXPECT_FALSE(name::parse(families + families)) << "600 bytes";
  using short_name = display_text<3, 100>;
  EXPECT_TRUE(short_name::parse(families.substr(0, 75)));
  EXPECT_FALSE(short_name::parse(families.substr(0, 100)));
  EXPECT_TRUE(nft::nft_name::parse(utf8({0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680})));
  EXPECT_FALSE(
    nft::nft_name::parse(utf8({0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 0x1F680, 'a'})))
    << "the token standard's 32 bytes";
}

TEST(paragraph_text, has_lines) {
  EXPECT_EQ(parsed<lines>("one\r\ntwo\rthree\n\tfour\n").str(), "one\ntwo\nthree\n\tfour");
  EXPECT_EQ(parsed<lines>(" \n ").str(), "");
  EXPECT_FALSE(lines::parse(utf8({'a', '\n', 0x301})));
  EXPECT_FALSE(lines::parse(utf8({'a', 0x202E})));
  EXPECT_FALSE(lines::parse("a\x0B"
                            "b"));
}

RC_GTEST_PROP(human_text, that_was_read_is_always_read_the_same_again, ()) {
  const auto given = *any_text();
  if (const auto read = name::parse(given)) {
    const auto again = name::parse(read->str());
    RC_ASSERT(static_cast<bool>(again));
    RC_ASSERT(again->str() == read->str());
  }
  if (const auto read = lines::parse(given)) {
    const auto again = lines::parse(read->str());
    RC_ASSERT(static_cast<bool>(again));
    RC_ASSERT(again->str() == read->str());
  }
}

RC_GTEST_PROP(human_text, of_any_bytes_is_read_or_refused, ()) {
  const auto given = *rc::gen::arbitrary<std::string>();
  const auto read = lines::parse(given);
  RC_ASSERT(read || !explain(read.error()).detail.empty());
}

TEST(human_text, that_was_stored_by_older_rules_is_still_read) {
  const auto old = utf8({' ', 'g', 0x202E, 'n', 'p', 0x200B, ' '});
  EXPECT_EQ(read_stored<name>(old)->str(), old);
  EXPECT_EQ(read_stored<name>("  ")->str(), "  ");
  EXPECT_EQ(read_stored<slug>("neon-garden")->str(), "neon-garden");
  const auto json = nlohmann::json(old);
  EXPECT_EQ(pointer_of(from_json<name>(json)), "");
  EXPECT_FALSE(from_json<name>(json));
  EXPECT_EQ(from_json<name>(json, json_reader::unknown_fields::ignored)->str(), old);

  nlohmann::json event{{"id", studio_id::make().str()},
                       {"owner", user_id::make().str()},
                       {"at", at().str()},
                       {"what", {{"name", old}, {"slug", "old-one"}, {"description", old}}}};
  const auto read = decode_event<studio::domain::events>("studio_created", 1, event.dump());
  ASSERT_TRUE(read) << explain(read.error()).detail;
  studio::state s;
  evolve(s, *read);
  EXPECT_EQ(s.name.str(), old);
  EXPECT_EQ(nlohmann::json::parse(to_json(view_of(s)))["name"], old);
}

TEST(human_text, says_its_rules_in_the_schema) {
  nlohmann::json components;
  const auto schema = json_schema{components}.of<name>();
  EXPECT_EQ(schema["minLength"], 1);
  EXPECT_EQ(schema["maxLength"], 320);
  EXPECT_NE(schema["description"].get<std::string>().find("NFC"), std::string::npos);
}
