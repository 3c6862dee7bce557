#pragma once

#include "runtime/codec/describe.hpp"
#include "runtime/errors.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/http/fields.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ainft::http {

using ip_address = boost::asio::ip::address;

/// A range of addresses (CIDR: RFC 4632, section 3.1; RFC 4291, section 2.3).
class network {
public:
  /// "10.0.0.0/8", "2001:db8::/32", or one address. Refuses with errc::validation_failed.
  [[nodiscard]] static runtime::result<network> parse(std::string_view text);

  /// An IPv4 address that is written as IPv6 (::ffff:192.0.2.1) is the IPv4 address.
  [[nodiscard]] bool contains(const ip_address& a) const;

private:
  ip_address base_;
  unsigned bits_ = 0;
};

/// The header in which a proxy names its client.
AINFT_ENUM(client_header, none, (x_forwarded_for, "x-forwarded-for"), forwarded)

/// Which peers may name a client other than themselves, and how. Only one header is read: a proxy hands on the other one as its client sent it.
struct proxy_settings {
  std::vector<network> trusted;
  client_header header = client_header::x_forwarded_for;
  bool proxy_protocol = false; ///< connections of trusted peers begin with a header of the PROXY protocol

  [[nodiscard]] bool trusts(const ip_address& a) const;
};

/// The address of the client that sent a request with these headers over a connection from `peer`. The header's addresses are read from the right: each is
/// believed if the one that reported it is trusted. What is no address ends the walk, as does a malformed header.
[[nodiscard]] ip_address client_of(const ip_address& peer, const boost::beast::http::fields& headers, const proxy_settings& proxies);

/// `a`, an IPv4 address that is written as IPv6 as IPv4 (RFC 4291, section 2.5.5.2), without a zone.
[[nodiscard]] ip_address canonical(const ip_address& a);

/// An address with or without a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80"; nothing if it is none.
[[nodiscard]] std::optional<ip_address> read_address(std::string_view text);

/// Whose rate a call from this address spends: the address, or the /64 that an IPv6 address is in, since a subscriber has at least that much (RFC 6177). Text that is
/// no address stays as it is.
[[nodiscard]] std::string rate_source(std::string_view address);

} // namespace ainft::http
