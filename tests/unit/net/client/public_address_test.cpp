#include "net/client/http_client.hpp"

#include <gtest/gtest.h>

namespace {

using ainft::client::is_public_address;

} // namespace

TEST(public_address, is_none_that_leads_inside) {
  for (const auto* inside : {"127.0.0.1",
                             "127.255.255.255",
                             "10.0.0.1",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "0.0.0.0",
                             "224.0.0.1",
                             "255.255.255.255",
                             "192.0.2.1",
                             "198.18.0.1",
                             "::1",
                             "::",
                             "fe80::1",
                             "fc00::1",
                             "fd12::1",
                             "ff02::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "2001:db8::1",
                             "2002:7f00:1::",
                             "64:ff9b::7f00:1",
                             "not an address",
                             ""})
    EXPECT_FALSE(is_public_address(inside)) << inside;
}

TEST(public_address, is_one_that_everybody_reaches) {
  for (const auto* outside : {"1.1.1.1", "8.8.8.8", "172.32.0.1", "172.15.0.1", "100.63.255.255", "100.128.0.1",
                              "::ffff:8.8.8.8", "2606:4700:4700::1111", "2a00:1450::1"})
    EXPECT_TRUE(is_public_address(outside)) << outside;
}
