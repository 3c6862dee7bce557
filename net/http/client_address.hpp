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

/// An address range (CIDR: RFC 4632, section 3.1; RFC 4291, section 2.3).
class network {
public:
  /// Parses "10.0.0.0/8", "2001:db8::/32", or a single address. Refuses with errc::validation_failed.
  [[nodiscard]] static runtime::result<network> parse(std::string_view text);

  /// Treats an IPv4-mapped IPv6 address (::ffff:192.0.2.1) as the IPv4 address.
  [[nodiscard]] bool contains(const ip_address& a) const;

private:
  ip_address base_;
  unsigned bits_ = 0;
};

/// The header in which a proxy reports its client.
AINFT_ENUM(client_header, none, (x_forwarded_for, "x-forwarded-for"), forwarded)

/// The trusted proxies, and how they report their clients. The server reads only one header, because a proxy passes the
/// other one on as the client sent it.
struct proxy_settings {
  std::vector<network> trusted;
  client_header header = client_header::x_forwarded_for;
  bool proxy_protocol = false; ///< connections from trusted peers start with a PROXY protocol header

  [[nodiscard]] bool trusts(const ip_address& a) const;
};

/// Returns the address of the client that sent a request with `headers` over a connection from `peer`. Reads the
/// header's addresses from right to left and accepts each one that a trusted address reported. Stops at an entry that
/// is not an address and at a malformed header.
[[nodiscard]] ip_address client_of(const ip_address& peer, const boost::beast::http::fields& headers,
                                   const proxy_settings& proxies);

/// Returns `a` without its zone. An IPv4-mapped IPv6 address (RFC 4291, section 2.5.5.2) becomes IPv4.
[[nodiscard]] ip_address canonical(const ip_address& a);

/// Parses an address with or without a port: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80". Nothing if
/// it is invalid.
[[nodiscard]] std::optional<ip_address> read_address(std::string_view text);

/// The rate limit key of an address: the address itself, or the /64 network of an IPv6 address, because a subscriber
/// has at least a /64 (RFC 6177). Returns text that is not an address unchanged.
[[nodiscard]] std::string rate_source(std::string_view address);

} // namespace ainft::http
