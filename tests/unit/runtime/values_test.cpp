#include "actors/ids.hpp"
#include "runtime/values.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::testing_values;
using namespace ainft::runtime;

} // namespace

TEST(time_point, reads_what_rfc_3339_allows_and_writes_utc) {
  EXPECT_EQ(parsed<time_point>("2030-01-31T12:00:00Z").str(), "2030-01-31T12:00:00.000000Z");
  EXPECT_EQ(parsed<time_point>("2030-01-31T12:00:00.5+02:00"), parsed<time_point>("2030-01-31T10:00:00.500Z"));
  EXPECT_EQ(parsed<time_point>("2024-02-29T00:00:00Z").str(), "2024-02-29T00:00:00.000000Z");
  for (const auto* bad : {"", "2030-01-31", "2030-02-30T00:00:00Z", "2030-01-31T24:00:00Z", "2030-01-31T12:00:00",
                          "2030-01-31T12:00:00ZZ", "x"})
    EXPECT_FALSE(time_point::parse(bad)) << bad;
}

TEST(time_point, refuses_years_that_utc_writes_with_other_than_four_digits) {
  EXPECT_EQ(parsed<time_point>("0001-01-01T00:00:00Z").str(), "0001-01-01T00:00:00.000000Z");
  EXPECT_EQ(parsed<time_point>("9999-12-31T23:59:59.999999Z").str(), "9999-12-31T23:59:59.999999Z");
  for (const auto* bad :
       {"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "0000-01-01T00:00:00+23:59", "9999-12-31T23:59:59-00:01"})
    EXPECT_FALSE(time_point::parse(bad)) << bad;
}

TEST(uuid, is_the_same_for_the_same_time_and_text) {
  const auto a = uuid::derived(at(), "one");
  EXPECT_EQ(a, uuid::derived(at(), "one"));
  EXPECT_NE(a, uuid::derived(at(), "two"));
  EXPECT_LT(a, uuid::derived(at(1), "one")) << "they sort by time";
  EXPECT_EQ(a.bytes[6] >> 4, 7);
  EXPECT_EQ(a.bytes[8] >> 6, 2);
}

TEST(uuid, is_version_7_and_sorts_by_time) {
  const auto a = uuid::make();
  EXPECT_EQ(a.bytes[6] >> 4, 7);
  EXPECT_EQ(a.bytes[8] >> 6, 2);
  EXPECT_EQ(uuid::parse(a.str()), a);
  EXPECT_FALSE(uuid::parse("not-a-uuid"));
  EXPECT_NE(a, uuid::make());
}

RC_GTEST_PROP(typeid_text, always_reads_back_as_the_same_id, ()) {
  uuid id;
  for (auto& b : id.bytes)
    b = *rc::gen::arbitrary<uint8_t>();
  const listing_id l{id};
  const auto again = listing_id::parse(l.str());
  RC_ASSERT(static_cast<bool>(again));
  RC_ASSERT(*again == l);
}

TEST(typeid_text, refuses_another_prefix_and_what_is_no_uuid) {
  const auto id = listing_id::make();
  EXPECT_TRUE(listing_id::parse(id.str()));
  EXPECT_FALSE(studio_id::parse(id.str()));
  EXPECT_FALSE(listing_id::parse(id.str() + "0"));
  EXPECT_FALSE(listing_id::parse("lst_8zzzzzzzzzzzzzzzzzzzzzzzzz")) << "beyond 128 bits";
  EXPECT_FALSE(listing_id::parse("lst_01m886jyvjf6ha3n7xvwchtki!"));
}

TEST(lamports, are_canonical_decimal_strings_up_to_64_bits) {
  EXPECT_EQ(parsed<solana::lamports>("18446744073709551615").get(), UINT64_MAX);
  EXPECT_EQ(parsed<solana::lamports>("0").get(), 0u);
  for (const auto* bad :
       {"", "-1", "+1", "01", "1.0", "1e3", " 1", "1 ", "0x1", "18446744073709551616", "99999999999999999999"})
    EXPECT_FALSE(solana::lamports::parse(bad)) << bad;
  EXPECT_FALSE(solana::positive_lamports::parse("0"));
}

TEST(bounded_text, counts_bytes_and_wants_well_formed_utf_8) {
  using name = bounded_text<1, 4>;
  EXPECT_TRUE(name::parse("abcd"));
  EXPECT_TRUE(name::parse("\xF0\x9F\x8C\x85"));
  for (const auto* bad : {"", "abcde", "\xC3", "\xED\xA0\x80", "\xC0\x80", "a\x01", "\n"})
    EXPECT_FALSE(name::parse(bad)) << bad;
}

TEST(slug, has_lower_case_letters_digits_and_inner_hyphens) {
  EXPECT_TRUE(slug::parse("neon-garden-2"));
  for (const auto* bad : {"", "ab", "-abc", "abc-", "a--b", "Abc", "a b c", "ünicode"})
    EXPECT_FALSE(slug::parse(bad)) << bad;
}
