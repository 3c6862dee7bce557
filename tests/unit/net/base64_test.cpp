#include "net/base64.hpp"

#include <gtest/gtest.h>

using namespace ainft::net;

TEST(base64, is_written_as_the_rfc_s_vectors) {
  // RFC 4648, section 10.
  EXPECT_EQ(base64_encode("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_decode("Zm9vYmE="), "fooba");
  EXPECT_EQ(base64url_encode("\xFB\xFF"), "-_8");
  EXPECT_EQ(base64url_decode("-_8"), "\xFB\xFF");
}

TEST(base64, refuses_every_character_outside_of_its_alphabet) {
  constexpr std::string_view both = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (int c = 0; c < 256; ++c) {
    const auto is_in = [c, both](std::string_view more) {
      return (both.find(static_cast<char>(c)) != both.npos || more.find(static_cast<char>(c)) != more.npos);
    };
    const std::string text = std::string("AA") + static_cast<char>(c) + "A";
    EXPECT_EQ(base64_decode(text).has_value(), is_in("+/")) << c;
    EXPECT_EQ(base64url_decode(text).has_value(), is_in("-_")) << c;
  }
}

TEST(base64, refuses_what_is_not_the_one_form_of_some_bytes) {
  for (const auto* bad : {"Zg", "Zg=", "Zh==", "Zg==Zg==", "=", "Zg== "})
    EXPECT_FALSE(base64_decode(bad)) << bad;
  for (const auto* bad : {"Zg==", "Zh", "Z"})
    EXPECT_FALSE(base64url_decode(bad)) << bad;
}
