#include "net/http/client_address.hpp"
#include "tests/support/values.hpp"

#include <rapidcheck/gtest.h>

namespace {

using namespace ainft;
using namespace ainft::http;
using namespace ainft::testing_values;
using runtime::errc;
namespace asio = boost::asio;

ip_address address(const std::string& text) { return asio::ip::make_address(text); }

proxy_settings behind(std::initializer_list<std::string_view> trusted,
                      client_header header = client_header::x_forwarded_for) {
  proxy_settings out;
  for (const auto t : trusted)
    out.trusted.push_back(parsed<network>(t));
  out.header = header;
  return out;
}

using lines = std::initializer_list<std::pair<const char*, const char*>>;

std::string client(const std::string& peer, lines headers, const proxy_settings& proxies) {
  boost::beast::http::fields fields;
  for (const auto& [name, value] : headers)
    fields.insert(name, value);
  return client_of(address(peer), fields, proxies).to_string();
}

std::string from_forwarded(const char* line) {
  return client("10.0.0.1", {{"Forwarded", line}}, behind({"10.0.0.0/8"}, client_header::forwarded));
}

} // namespace

TEST(network, has_the_addresses_of_its_prefix) {
  const auto ten = parsed<network>("10.0.0.0/8"), odd = parsed<network>("192.168.4.0/22"),
             six = parsed<network>("2001:db8::/33"), one = parsed<network>("127.0.0.1");
  EXPECT_TRUE(ten.contains(address("10.255.0.1")));
  EXPECT_FALSE(ten.contains(address("11.0.0.1")));
  EXPECT_TRUE(odd.contains(address("192.168.7.255")));
  EXPECT_FALSE(odd.contains(address("192.168.8.0")));
  EXPECT_TRUE(six.contains(address("2001:db8:7fff::1")));
  EXPECT_FALSE(six.contains(address("2001:db8:8000::1")));
  EXPECT_TRUE(one.contains(address("127.0.0.1")));
  EXPECT_FALSE(one.contains(address("127.0.0.2")));
  EXPECT_TRUE(ten.contains(address("::ffff:10.1.2.3"))) << "a socket for both families tells IPv4 so";
  EXPECT_TRUE(parsed<network>("::ffff:10.0.0.0/104").contains(address("10.1.2.3")));
  EXPECT_TRUE(parsed<network>("0.0.0.0/0").contains(address("203.0.113.1")));
  EXPECT_FALSE(parsed<network>("0.0.0.0/0").contains(address("::1")));
}

TEST(network, refuses_what_is_none) {
  for (const auto* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", "::/129", "host.test",
                          "::ffff:10.0.0.0/95", "10.0.0.0/-1"})
    EXPECT_EQ(code_of(network::parse(bad)), errc::validation_failed) << bad;
}

TEST(client_address, is_the_peer_s_where_the_peer_is_not_trusted) {
  const lines spoofed{{"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "for=203.0.113.7"}};
  EXPECT_EQ(client("198.51.100.1", spoofed, behind({"10.0.0.0/8"})), "198.51.100.1");
  EXPECT_EQ(client("198.51.100.1", spoofed, behind({"10.0.0.0/8"}, client_header::forwarded)), "198.51.100.1");
  EXPECT_EQ(client("198.51.100.1", spoofed, {}), "198.51.100.1");
}

TEST(client_address, is_the_first_from_the_right_that_is_not_trusted) {
  const auto proxies = behind({"10.0.0.0/8", "2001:db8:ffff::/48"});
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "203.0.113.7"}}, proxies), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 203.0.113.7,10.0.0.2 , 2001:db8:ffff::3"}}, proxies),
            "203.0.113.7");
  EXPECT_EQ(
    client("10.0.0.1",
           {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "203.0.113.7"}, {"x-forwarded-for", "10.0.0.2"}},
           proxies),
    "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "10.0.0.9, 10.0.0.8"}}, proxies), "10.0.0.9")
    << "where all are trusted it is the first";
  EXPECT_EQ(client("::ffff:10.0.0.1", {{"X-Forwarded-For", "::ffff:203.0.113.7"}}, proxies), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "203.0.113.7:8080"}}, proxies), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", {{"X-Forwarded-For", "[2001:db8::7]:8080"}}, proxies), "2001:db8::7");
}

TEST(client_address, ends_at_what_is_no_address) {
  const auto proxies = behind({"10.0.0.0/8"});
  for (const auto* bad : {"unknown", "", "203.0.113.7, ", "203.0.113.7, _secret", "203.0.113.7, 10.0.0.2, 1.2.3",
                          "203.0.113.7, [::1", "203.0.113.7, 1.1.1.1:99999"})
    EXPECT_TRUE(client("10.0.0.1", {{"X-Forwarded-For", bad}}, proxies).starts_with("10.0.0.")) << bad;
}

TEST(client_address, is_read_from_the_named_header_only) {
  const lines both{{"X-Forwarded-For", "203.0.113.7"}, {"Forwarded", "for=203.0.113.8"}};
  EXPECT_EQ(client("10.0.0.1", both, behind({"10.0.0.0/8"})), "203.0.113.7");
  EXPECT_EQ(client("10.0.0.1", both, behind({"10.0.0.0/8"}, client_header::forwarded)), "203.0.113.8");
  EXPECT_EQ(client("10.0.0.1", both, behind({"10.0.0.0/8"}, client_header::none)), "10.0.0.1");
}

TEST(forwarded, is_read_as_rfc_7239_has_it) {
  EXPECT_EQ(from_forwarded("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
  EXPECT_EQ(from_forwarded("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(from_forwarded("for=192.0.2.43, for=198.51.100.17;by=10.0.0.3 , for=10.0.0.3"), "198.51.100.17");
  EXPECT_EQ(from_forwarded("proto=https; FOR=\"192.0.2.43:47011\";host=\"a, b; for=1.1.1.1\""), "192.0.2.43");
  EXPECT_EQ(from_forwarded("for=\"192.0.2.\\43\""), "192.0.2.43") << "a quoted pair";
}

TEST(forwarded, names_nobody_where_it_is_hidden_or_malformed) {
  for (const auto* line :
       {"for=unknown", "for=_hidden", "proto=http", "for=1.1.1.1, for=\"_SEVKISEK\"", "for=1.1.1.1, proto=http",
        "for=1.1.1.1;for=2.2.2.2", "for", "for=", "for=\"1.1.1.1",
        // An open quotation mark from a client must not hide what the proxy adds.
        "for=6.6.6.6, x=\", for=\"198.51.100.17\"", "for=6.6.6.6,", ",for=6.6.6.6,,", "for=6.6.6.6 for=7.7.7.7"})
    EXPECT_EQ(from_forwarded(line), "10.0.0.1") << line;
}

RC_GTEST_PROP(client_address, never_comes_from_an_untrusted_peer_whatever_it_sends, (std::string line, bool rfc)) {
  line.erase(std::remove_if(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c > 0x7E; }),
             line.end());
  const auto kind = rfc ? client_header::forwarded : client_header::x_forwarded_for;
  const auto* name = rfc ? "Forwarded" : "X-Forwarded-For";
  RC_ASSERT(client("198.51.100.1", {{name, line.c_str()}}, behind({"10.0.0.0/8"}, kind)) == "198.51.100.1");
  // Whatever a client sends, the separate line that its proxy adds decides.
  const auto* added = rfc ? "for=203.0.113.7" : "203.0.113.7";
  RC_ASSERT(client("10.0.0.1", {{name, line.c_str()}, {name, added}}, behind({"10.0.0.0/8"}, kind)) == "203.0.113.7");
}

TEST(rate_source, is_an_ipv4_address_or_an_ipv6_network) {
  EXPECT_EQ(rate_source("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(rate_source("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(rate_source("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(rate_source(""), "");
}
