#include "net/http/proxy_protocol.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::http;
using namespace ainft::testing_values;
using runtime::errc;

const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string binary(char command, char family, const std::string& rest) {
  return signature + command + family + static_cast<char>(rest.size() >> 8) + static_cast<char>(rest.size() & 0xFF)
         + rest;
}

const std::string over_v4 = binary('\x21', '\x11', std::string{"\xC0\x00\x02\x07\x7F\x00\x00\x01\x04\xD2\x00\x50", 12});
const std::string over_v6 =
  binary('\x21', '\x21',
         "\x20\x01\x0d\xb8" + std::string(11, '\0') + "\x07" + std::string(15, '\0') + "\x01" + "\x04\xD2\x01\xBB");

/// Returns "192.0.2.7 28" for a source and the header's length, "more", or "malformed".
std::string said(std::string_view bytes) {
  const auto got = read_proxy_header(bytes);
  if (!got)
    return runtime::explain(got.error()).code == errc::malformed_request ? "malformed" : "?";
  if (!*got)
    return "more";
  return ((*got)->source ? (*got)->source->to_string() : "itself") + " " + std::to_string((*got)->length);
}

} // namespace

TEST(proxy_protocol, is_read_in_both_versions) {
  EXPECT_EQ(said("PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\nGET / HTTP/1.1\r\n"), "192.0.2.7 41");
  EXPECT_EQ(said("PROXY TCP6 2001:db8::7 2001:db8::1 56324 443\r\n"), "2001:db8::7 46");
  EXPECT_EQ(said("PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n"), "192.0.2.7 37");
  EXPECT_EQ(said("PROXY UNKNOWN\r\n"), "itself 15");
  EXPECT_EQ(said("PROXY UNKNOWN ffff:: ffff:: 1 2\r\n"), "itself 33");
  EXPECT_EQ(said(over_v4 + "GET"), "192.0.2.7 28");
  EXPECT_EQ(said(over_v6), "2001:db8::7 52");
  EXPECT_EQ(said(binary('\x20', '\x00', "")), "itself 16") << "LOCAL: a health check";
  EXPECT_EQ(said(binary('\x20', '\x11', std::string(12, 'x'))), "itself 28");
  EXPECT_EQ(said(binary('\x21', '\x00', "")), "itself 16") << "UNSPEC";
}

TEST(proxy_protocol, passes_over_what_follows_the_addresses) {
  const auto more = over_v4.substr(16) + std::string{"\x03\x00\x04\x01\x02\x03\x04", 7}; // PP2_TYPE_CRC32C
  EXPECT_EQ(said(binary('\x21', '\x11', more)), "192.0.2.7 35");
}

TEST(proxy_protocol, waits_for_its_end_and_no_longer) {
  for (const auto& whole : {std::string{"PROXY TCP4 192.0.2.7 10.0.0.1 56324 443\r\n"}, over_v4, over_v6})
    for (size_t n = 0; n < whole.size(); ++n)
      EXPECT_EQ(said(whole.substr(0, n)), "more") << n;
  EXPECT_EQ(said("PROXY TCP4 " + std::string(96, '1')), "malformed") << "107 bytes without an end";
  EXPECT_EQ(said(signature + std::string{"\x21\x11\x10\x00", 4}), "malformed")
    << "4112 bytes, refused before they come";
}

TEST(proxy_protocol, refuses_what_is_none) {
  for (const std::string bad :
       {"GET / HTTP/1.1\r\n", "PROXY\r\n", "PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n", "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.1.1.1 ::1 1 2\r\n",
        "PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n", "PROXY TCP4 1.1.1.1 2.2.2.2 x 2\r\n", "PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n",
        "\r\n\r\nGET"})
    EXPECT_EQ(said(bad), "malformed") << bad;
  EXPECT_EQ(said(binary('\x11', '\x11', over_v4.substr(16))), "malformed") << "version 1";
  EXPECT_EQ(said(binary('\x22', '\x11', over_v4.substr(16))), "malformed") << "command 2";
  EXPECT_EQ(said(binary('\x21', '\x12', over_v4.substr(16))), "malformed") << "UDP";
  EXPECT_EQ(said(binary('\x21', '\x31', std::string(216, 'x'))), "malformed") << "a Unix socket";
  EXPECT_EQ(said(binary('\x21', '\x21', over_v4.substr(16))), "malformed") << "too short for IPv6";
}

RC_GTEST_PROP(proxy_protocol, never_reads_beyond_what_it_was_given, (std::string bytes, bool is_binary)) {
  const auto all = (is_binary ? signature : std::string{"PROXY "}) + bytes;
  if (const auto got = read_proxy_header(all); got && *got)
    RC_ASSERT((*got)->length <= all.size());
}
